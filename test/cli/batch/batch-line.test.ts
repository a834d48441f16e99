import { describe, expect, it } from "vitest";
import { duplicate, isProblem, parseBatchLine } from "../../../src/cli/batch/batch-line.js";
import type { Line } from "../../../src/cli/batch/lines.js";

const BODY = { model: "m", messages: [] };
const GOOD = { custom_id: "a", method: "POST", url: "/v1/chat/completions", body: BODY };

function lineOf(value: unknown): Line {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return { number: 7, text, bytes: text.length, isWhole: true };
}

describe("parseBatchLine", () => {
  it("reads a line of the hosted batch's form", () => {
    expect(parseBatchLine(lineOf(GOOD))).toEqual({
      line: 7,
      customId: "a",
      url: "/v1/chat/completions",
      model: "m",
      body: JSON.stringify(BODY),
    });
  });

  it("needs no method, and takes the line endings of Windows", () => {
    const { method: _, ...rest } = GOOD;
    expect(parseBatchLine(lineOf(`${JSON.stringify(rest)}\r`))).toMatchObject({ customId: "a" });
  });

  it.each(["", "  ", "\r"])("takes %j for an empty line", (text) => {
    expect(parseBatchLine(lineOf(text))).toBeUndefined();
  });

  it.each([
    ["invalid_json", '{"custom_id": "a", ', /^line 7: not JSON \(/],
    ["invalid_line", "[]", /^line 7: expected a JSON object, got an array$/],
    ["invalid_line", "null", /got null/],
    ["missing_custom_id", { ...GOOD, custom_id: undefined }, /custom_id must be a text that isn't empty, got nothing/],
    ["missing_custom_id", { ...GOOD, custom_id: 12 }, /got 12/],
    ["invalid_method", { ...GOOD, method: "GET" }, /method must be "POST", got "GET"/],
    ["invalid_url", { ...GOOD, url: undefined }, /url must be a path such as "\/v1\/chat\/completions", got nothing/],
    ["invalid_url", { ...GOOD, url: "https://elsewhere.example/v1" }, /got "https:/],
    ["invalid_url", { ...GOOD, url: "//elsewhere.example/v1" }, /url must be a path/],
    ["invalid_url", { ...GOOD, url: "/\\elsewhere.example/v1" }, /url must be a path/],
    ["missing_body", { ...GOOD, body: "text" }, /body must be a JSON object, got "text"/],
    ["missing_model", { ...GOOD, body: { messages: [] } }, /body.model must name a model, got nothing/],
    ["missing_model", { ...GOOD, body: { model: " " } }, /body.model must name a model/],
    ["stream_requested", { ...GOOD, body: { ...BODY, stream: true } }, /stream must not be true/],
  ])("refuses a line for %s: %j", (code, value, message) => {
    const parsed = parseBatchLine(lineOf(value));
    expect(parsed).toMatchObject({ line: 7, code, message: expect.stringMatching(message) });
  });

  it("keeps the id of a line that it refuses, for the results", () => {
    expect(parseBatchLine(lineOf({ ...GOOD, body: {} }))).toMatchObject({ customId: "a" });
    expect(parseBatchLine(lineOf("{"))).toMatchObject({ customId: null });
  });

  it("says what a line is that can't be read as text", () => {
    expect(parseBatchLine({ number: 3, problem: "not-utf8", bytes: 9, isWhole: true })).toMatchObject({
      code: "invalid_encoding",
      message: "line 3: not UTF-8",
    });
  });

  it("says which line had an id first", () => {
    const parsed = parseBatchLine(lineOf(GOOD));
    if (parsed === undefined || isProblem(parsed)) throw new Error("a good line");
    expect(duplicate(parsed, 2).message).toBe('line 7: custom_id "a" is already that of line 2');
  });
});
