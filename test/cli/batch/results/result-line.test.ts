import { describe, expect, it } from "vitest";
import {
  type Answer,
  format,
  isFailure,
  type Result,
  unsendable,
} from "../../../../src/cli/batch/results/result-line.js";

const ANSWER: Answer = { status: 200, requestId: "q", text: '{"n": 1}', isJson: true };
const result = (part: Partial<Result>): Result => ({
  ...{ customId: "a", form: "openai", answer: ANSWER, error: null },
  ...part,
});
const parsed = (part: Partial<Result>) => JSON.parse(format(result(part))) as unknown;
const ERROR = { code: "ECONNRESET", message: "reset" };

describe("format", () => {
  it("writes the line that OpenAI's Batch API writes", () => {
    expect(format(result({}))).toMatch(
      /^\{"id":"batch_req_[0-9a-f]{24}","custom_id":"a","response":\{"status_code":200,"request_id":"q","body":\{"n": 1\}\},"error":null\}\n$/,
    );
    expect(parsed({ answer: null, error: ERROR })).toEqual({
      id: expect.any(String),
      custom_id: "a",
      response: null,
      error: ERROR,
    });
  });

  it("writes the line that Anthropic's Message Batches write", () => {
    const form = "anthropic";
    expect(parsed({ form })).toEqual({ custom_id: "a", result: { type: "succeeded", message: { n: 1 } } });
    const body = { type: "error", error: { type: "invalid_request_error", message: "no" } };
    expect(parsed({ form, answer: { ...ANSWER, status: 400, text: JSON.stringify(body) } })).toEqual({
      custom_id: "a",
      result: { type: "errored", error: body },
    });
    expect(parsed({ form, answer: { ...ANSWER, status: 502, text: "<html>", isJson: false } })).toMatchObject({
      result: { type: "errored", error: { type: "error", error: { type: "api_error", message: "<html>" } } },
    });
    expect(parsed({ form, answer: null, error: ERROR })).toMatchObject({
      result: { type: "errored", error: { error: { type: "api_error", message: "reset", code: "ECONNRESET" } } },
    });
  });

  it.each(["openai", "anthropic"] as const)("is one line and loses no digit, whatever the answer (%s)", (form) => {
    const text = '{\r\n  "id": 12345678901234567890,\n  "text": "a\\nb\u2028"\n}\n';
    const line = format(result({ form, answer: { ...ANSWER, text } }));
    expect(line.trimEnd().split("\n")).toHaveLength(1);
    expect(line).toContain("12345678901234567890");
    expect(JSON.stringify(JSON.parse(line))).toContain(String.raw`"text":"a\nb${"\u2028"}"`);
  });

  it("quotes what is no JSON", () => {
    expect(parsed({ answer: { ...ANSWER, text: 'a "b"\n', isJson: false } })).toMatchObject({
      response: { body: 'a "b"\n' },
    });
  });

  it("says of a line that was never sent which it is, in our own form", () => {
    const problem = { line: 4, customId: null, code: "invalid_json", message: "line 4: not JSON" } as const;
    expect(JSON.parse(format(unsendable(problem)))).toMatchObject({
      ...{ custom_id: null, response: null, error: { code: "invalid_json", line: 4, message: "line 4: not JSON" } },
    });
  });
});

describe("isFailure", () => {
  it.each([
    [200, false],
    [204, false],
    [199, true],
    [300, true],
    [400, true],
    [503, true],
  ])("%d: %s", (status, failed) => {
    expect(isFailure(result({ answer: { ...ANSWER, status } }))).toBe(failed);
  });
});
