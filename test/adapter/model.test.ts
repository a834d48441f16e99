import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { modelInJson, modelOf } from "../../src/adapter/model.js";

describe("modelOf", () => {
  test.each([
    ["/v1beta/models/gemini-2.5-pro:generateContent", "gemini-2.5-pro"],
    ["/openai/deployments/my%20gpt/chat/completions", "my gpt"],
    ["/model/anthropic.claude-3-haiku-20240307-v1%3A0/invoke", "anthropic.claude-3-haiku-20240307-v1:0"],
    ["/model/amazon.nova-lite-v1:0/converse-stream", "amazon.nova-lite-v1:0"],
  ])("is in the address %s", (path, model) => {
    expect(modelOf(path, '{"model":"other"}')).toBe(model);
  });

  test.each([
    ["text", '{"model":"m"}'],
    ["bytes", new TextEncoder().encode('{"model":"m"}')],
    ["a buffer", new TextEncoder().encode('{"model":"m"}').buffer],
    ["parameters", new URLSearchParams({ model: "m" })],
  ])("is in a body of %s", (_kind, body) => {
    expect(modelOf("/v1/x", body)).toBe("m");
  });

  test("says nothing where there is none", () => {
    for (const body of [
      undefined,
      "",
      "[]",
      "{}",
      "not json",
      '{"model":7}',
      '{"model":',
      '"model"',
      new Blob(["{}"]),
    ]) {
      expect(modelOf("/v1/models", body)).toBeUndefined();
    }
  });

  test("a hostile name is cut, and cannot garble a log", () => {
    const name = modelOf("/x", JSON.stringify({ model: `\u0000\n\u202e${"x".repeat(1_000_000)}` }));
    expect(name).toHaveLength(128);
    expect(name).not.toMatch(/\p{C}/u);
    expect(modelOf("/v1/models/%E0%A4:run", undefined)).toBe("%E0%A4");
  });

  test("a megabyte before it doesn't hide it", () => {
    const body = JSON.stringify({ messages: [{ image: "A".repeat(1_000_000) }], model: "late" });
    expect(modelInJson(body)).toBe("late");
  });

  test("reads what JSON.parse would, whatever surrounds it", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })),
        fc.string({ maxLength: 100 }),
        (rest, model) => {
          const { model: _none, ...others } = rest;
          const text = JSON.stringify(
            { a: '"model":"no"', nested: { model: "no" }, list: ["model"], ...others, model },
            null,
            1,
          );
          expect(modelInJson(text)).toBe(model);
        },
      ),
    );
  });

  test("no text, however broken, makes it throw", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("{", "}", '"', "\\", "model", ":", ",", "[", "]", '"model":"')), (parts) => {
        modelOf("/", parts.join(""));
      }),
    );
  });
});
