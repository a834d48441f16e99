import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scanOf } from "../../src/adapter/scan.js";

/** Feeds a text in pieces of this length, and tells what was found. */
function scanned(contentType: string, text: string, length = text.length) {
  const errors: string[] = [];
  const scan = scanOf(contentType, { wantsActual: true, correct: (error) => errors.push(error) });
  for (let at = 0; at < text.length; at += Math.max(1, length)) scan?.feed(text.slice(at, at + Math.max(1, length)));
  return { spent: scan?.spent(), errors };
}

const STREAM = "text/event-stream; charset=utf-8";
const openai =
  'data: {"choices":[{"delta":{"content":"an error occurred"}}],"usage":null}\n\n' +
  'data: {"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":34,"total_tokens":46}}\n\ndata: [DONE]\n\n';
const anthropic =
  'event: message_start\ndata: {"type":"message_start","message":{"usage":{"input_tokens":25,"output_tokens":1}}}\n\n' +
  'event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"text":"hi"}}\n\n' +
  'event: message_delta\ndata: {"type":"message_delta","usage":{"output_tokens":15}}\n\nevent: message_stop\ndata: {}\n\n';

describe("the scan of a body", () => {
  test.each([
    ["OpenAI's last event", openai, { inputTokens: 12, outputTokens: 34 }],
    ["Anthropic's first and last", anthropic, { inputTokens: 25, outputTokens: 15 }],
    ["the same with CRLF", openai.replaceAll("\n", "\r\n"), { inputTokens: 12, outputTokens: 34 }],
    ["an event that isn't ended", openai.slice(0, openai.indexOf("\n\ndata: [DONE]")), { inputTokens: 12 }],
  ])("finds the usage in %s, however the stream is cut", (_what, text, spent) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: text.length }), (length) => {
        expect(scanned(STREAM, text, length)).toMatchObject({ spent, errors: [] });
      }),
    );
  });

  test("tells of an error event once", () => {
    const text = `${openai}event: error\ndata: {"error":{"type":"overloaded_error"}}\n\n`;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: text.length }), (length) => {
        const { errors } = scanned(STREAM, `${text}${text}`, length);
        expect(errors).toHaveLength(1);
        expect(errors[0]).toContain("overloaded_error");
      }),
    );
  });

  test("finds the usage at the end of a long last event, and of a long JSON text", () => {
    const usage = '"usage":{"input_tokens":3,"output_tokens":4}';
    const event = `event: response.completed\ndata: {"response":{"output":"${"x".repeat(900_000)}",${usage}}}\n\n`;
    expect(scanned(STREAM, event, 10_000).spent).toMatchObject({ inputTokens: 3, outputTokens: 4 });
    const text = `{"data":[${"0.1,".repeat(300_000)}0],${usage}}`;
    expect(scanned("application/json", text, 65_536).spent).toMatchObject({ inputTokens: 3, outputTokens: 4 });
  });

  test("finds an error, and no usage, where nobody asks what was spent", () => {
    const errors: string[] = [];
    const holder = { wantsActual: false, correct: (error: string) => void errors.push(error) };
    for (const [type, text] of [
      [STREAM, `data: {"error":{"message":"no"},"usage":{"input_tokens":3}}\n\n`],
      ["application/json", '{"error":{"message":"no"},"usage":{"input_tokens":3}}'],
    ] as const) {
      const scan = scanOf(type, holder);
      scan?.feed(text);
      expect(scan?.spent()).toBeUndefined();
    }
    expect(errors).toHaveLength(2);
  });

  test("says nothing where nothing is to be found", () => {
    const nobody = { wantsActual: true, correct: () => {} };
    expect(scanOf("image/png", nobody)).toBeUndefined();
    expect(scanOf(null, nobody)).toBeUndefined();
    expect(scanned("application/json", '{"usage":').spent).toBeUndefined();
    expect(scanned("application/json", "{}").spent).toBeUndefined();
    expect(scanned(STREAM, "").spent).toBeUndefined();
  });
});
