import { describe, expect, it } from "vitest";
import { duplicate, isProblem } from "../../../../src/cli/batch/requests/batch-line.js";
import type { Line } from "../../../../src/cli/batch/requests/lines.js";
import { parseLine } from "../../../../src/cli/batch/requests/parse-line.js";

const BODY = { model: "m", messages: [] };
const GOOD = { custom_id: "a", method: "POST", url: "/v1/chat/completions", body: BODY };

function lineOf(value: unknown): Line {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return { number: 7, text, bytes: text.length, isWhole: true };
}

describe("parseLine", () => {
  it("reads a line of the hosted batch's form", () => {
    expect(parseLine(lineOf(GOOD))).toEqual({
      line: 7,
      customId: "a",
      form: "openai",
      url: "/v1/chat/completions",
      model: "m",
      body: BODY,
    });
  });

  it("reads Anthropic's form", () => {
    expect(parseLine(lineOf({ custom_id: "a", params: { model: "claude", max_tokens: 9 } }))).toEqual({
      line: 7,
      customId: "a",
      form: "anthropic",
      url: "/v1/messages",
      model: "claude",
      body: { model: "claude", max_tokens: 9 },
    });
  });

  it.each([
    [{ model: "m", messages: [] }, undefined, "/v1/chat/completions"],
    [{ model: "m", input: "text" }, undefined, "/v1/embeddings"],
    [{ model: "m", prompt: "text" }, undefined, "/v1/completions"],
    [{ model: "m", input: "text" }, "/v1/responses", "/v1/responses"],
  ])(
    "reads a plain body, %j with the endpoint %s, and gives it the number of its line for an id",
    (body, endpoint, url) => {
      expect(parseLine(lineOf(body), endpoint)).toEqual({
        ...{ line: 7, customId: "line-7", form: "openai", url, model: "m", body },
      });
    },
  );

  it("finds the model in the address where the provider has it there, and takes an endpoint for a line without a url", () => {
    const url = "/openai/deployments/my-gpt/chat/completions?api-version=1";
    expect(parseLine(lineOf({ custom_id: "a", url, body: {} }))).toMatchObject({ model: "my-gpt" });
    expect(parseLine(lineOf({ custom_id: "a", body: BODY }), "/v1/x")).toMatchObject({ url: "/v1/x" });
  });

  it("needs no method, and takes the line endings of Windows", () => {
    const { method: _, ...rest } = GOOD;
    expect(parseLine(lineOf(`${JSON.stringify(rest)}\r`))).toMatchObject({ customId: "a" });
  });

  it.each(["", "  ", "\r"])("takes %j for an empty line", (text) => {
    expect(parseLine(lineOf(text))).toBeUndefined();
  });

  it.each([
    ["invalid_json", '{"custom_id": "a", ', /^line 7: not JSON \(/],
    ["invalid_line", "[]", /^line 7: expected a JSON object, got an array$/],
    ["invalid_line", "null", /got null/],
    ["missing_custom_id", { ...GOOD, custom_id: undefined }, /custom_id must be a text that isn't empty, got nothing/],
    ["missing_custom_id", { ...GOOD, custom_id: 12 }, /got 12/],
    ["invalid_method", { ...GOOD, method: "GET" }, /method must be "POST", got "GET"/],
    ["invalid_url", { ...GOOD, url: undefined }, /url must be a path such as "\/v1\/chat\/completions", got nothing/],
    ["invalid_url", { ...GOOD, url: "https://" }, /got "https:/],
    ["invalid_url", { ...GOOD, url: "ftp://elsewhere.example/v1" }, /got "ftp:/],
    ["invalid_url", { ...GOOD, url: "//elsewhere.example/v1" }, /url must be a path/],
    ["invalid_url", { ...GOOD, url: "/\\elsewhere.example/v1" }, /url must be a path/],
    ["missing_body", { ...GOOD, body: "text" }, /body must be a JSON object, got "text"/],
    ["missing_model", { ...GOOD, body: { messages: [] } }, /body.model must name a model, got nothing/],
    ["missing_model", { ...GOOD, body: { model: " " } }, /body.model must name a model/],
    ["missing_custom_id", { params: BODY }, /custom_id must be a text/],
    ["missing_model", { custom_id: "a", params: {} }, /params.model must name a model/],
    ["stream_requested", { custom_id: "a", params: { ...BODY, stream: true } }, /params.stream must not be true/],
    ["invalid_line", { foo: 1 }, /not a request; expected .*"custom_id", "params".*"model"/],
    ["invalid_url", { model: "m", text: "hello" }, /nothing tells where this body goes; say it with --endpoint/],
    ["stream_requested", { ...GOOD, body: { ...BODY, stream: true } }, /stream must not be true/],
  ])("refuses a line for %s: %j", (code, value, message) => {
    const parsed = parseLine(lineOf(value));
    expect(parsed).toMatchObject({ line: 7, code, message: expect.stringMatching(message) });
  });

  it("keeps the id of a line that it refuses, for the results", () => {
    expect(parseLine(lineOf({ ...GOOD, body: {} }))).toMatchObject({ customId: "a" });
    expect(parseLine(lineOf("{"))).toMatchObject({ customId: null });
  });

  it("says what a line is that can't be read as text", () => {
    expect(parseLine({ number: 3, problem: "not-utf8", bytes: 9, isWhole: true })).toMatchObject({
      code: "invalid_encoding",
      message: "line 3: not UTF-8",
    });
  });

  it("says which line had an id first", () => {
    const parsed = parseLine(lineOf(GOOD));
    if (parsed === undefined || isProblem(parsed)) throw new Error("a good line");
    expect(duplicate(parsed, 2).message).toBe('line 7: custom_id "a" is already that of line 2');
  });
});
