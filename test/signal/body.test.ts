import { describe, expect, test } from "vitest";
import { eventsOf, streamErrorOf } from "../../src/signal/body.js";

describe("finds the error in a stream", () => {
  test.for([
    ["Anthropic's event", { type: "error", error: { type: "overloaded_error", message: "Overloaded" } }],
    ["OpenAI's error event", { type: "error", code: "rate_limit_exceeded", message: "slow down" }],
    [
      "response.failed",
      { type: "response.failed", response: { status: "failed", error: { code: "rate_limit_exceeded" } } },
    ],
    ["a chunk with an error", { error: { code: 429, message: "Provider returned error" } }],
    ["Cohere's end of a message", { type: "message-end", delta: { finish_reason: "ERROR", error: "overloaded" } }],
    ["vLLM's object", { object: "error", message: "no", code: 400 }],
    ["a parsed event", { event: "error", data: { code: "x" } }],
    ["an event of text", { event: "error", data: "boom" }],
    ["text", 'data: {"choices":[]}\n\nevent: error\ndata: {"code":"rate_limit_exceeded"}\n\n'],
    ["text with CRLF", 'event: error\r\ndata: {"code":"rate_limit_exceeded"}\r\n\r\n'],
    ["text after a comment", ': keep-alive\n\ndata: {"error":{"message":"no"}}\n\n'],
    ["JSON text", '{"error":{"message":"no"}}'],
  ] as const)("%s", ([, value]) => {
    expect(streamErrorOf(value)).toBeDefined();
  });

  test.for([
    ["an answer", { id: "x", error: null, status: "completed", output: [] }],
    ["an answer that speaks of errors", 'data: {"choices":[{"delta":{"content":"event: error failed"}}]}\n\n'],
    ["a message of Cohere's that has ended", { type: "message-end", delta: { finish_reason: "COMPLETE" } }],
    ["a response that was created", { type: "response.created", response: { status: "in_progress", error: null } }],
    ["text", "hello"],
    ["nothing", undefined],
    ["an empty list", []],
  ] as const)("none in %s", ([, value]) => {
    expect(streamErrorOf(value)).toBeUndefined();
  });

  test("at the end of a stream of megabytes, and in the middle of a long first event", () => {
    const filler = 'data: {"choices":[{"delta":{"content":"word"}}]}\n\n'.repeat(60_000);
    expect(streamErrorOf(`${filler}event: error\ndata: {"code":"x"}\n\n`)).toEqual({ code: "x" });
    const echo = `event: response.created\ndata: {"echo":"${"x".repeat(30_000)}"}\n\n`;
    expect(streamErrorOf(`${echo}event: error\ndata: {"code":"y"}\n\n`)).toEqual({ code: "y" });
  });
});

test("events have their name and their parsed data", () => {
  expect(eventsOf('event: a\ndata: {"n":1}\n\ndata: [DONE]\n\n')).toEqual([
    { event: "a", data: { n: 1 } },
    { data: "[DONE]" },
  ]);
});

test("a flood of broken events costs no more than its beginning and its end", () => {
  expect(eventsOf("data: {error}\n\n".repeat(300_000), () => true).length).toBeLessThanOrEqual(256);
});
