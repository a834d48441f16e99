import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergedUsage, usageOf } from "../../src/signal/usage.js";

const anthropicStream = [
  'event: message_start\ndata: {"type":"message_start","message":{"usage":{"input_tokens":25,"output_tokens":1}}}',
  'event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"type":"text_delta","text":"token usage"}}',
  'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":15}}',
  'event: message_stop\ndata: {"type":"message_stop"}',
  "",
].join("\n\n");

const openaiStream = [
  'data: {"choices":[{"delta":{"content":"hi"}}],"usage":null}',
  'data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":12,"total_tokens":21}}',
  "data: [DONE]",
  "",
].join("\n\n");

describe("reads what an answer spent", () => {
  test.for([
    [
      "OpenAI chat, Together, Mistral, Groq",
      { usage: { prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 } },
      [9, 12, 21],
    ],
    ["OpenAI responses", { usage: { input_tokens: 36, output_tokens: 87, total_tokens: 123 } }, [36, 87, 123]],
    [
      "OpenAI response.completed event",
      { type: "response.completed", response: { usage: { input_tokens: 3, output_tokens: 4, total_tokens: 7 } } },
      [3, 4, 7],
    ],
    ["embeddings", { object: "list", data: [], usage: { prompt_tokens: 8, total_tokens: 8 } }, [8, undefined, 8]],
    [
      "Anthropic",
      { usage: { input_tokens: 10, cache_creation_input_tokens: 5, cache_read_input_tokens: 90, output_tokens: 7 } },
      [15, 7, 22],
    ],
    [
      "Google",
      { usageMetadata: { promptTokenCount: 4, candidatesTokenCount: 5, thoughtsTokenCount: 6, totalTokenCount: 15 } },
      [4, 11, 15],
    ],
    [
      "Cohere v2",
      {
        usage: { billed_units: { input_tokens: 1, output_tokens: 2 }, tokens: { input_tokens: 11, output_tokens: 2 } },
      },
      [11, 2, 13],
    ],
    ["Cohere v1", { meta: { billed_units: { input_tokens: 1, output_tokens: 2 } } }, [1, 2, 3]],
    ["Bedrock Converse", { usage: { inputTokens: 30, outputTokens: 628, totalTokens: 658 } }, [30, 628, 658]],
    [
      "an SDK's withResponse()",
      { data: { usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } }, response: {} },
      [1, 2, 3],
    ],
    ["the end of an OpenAI stream", openaiStream, [9, 12, 21]],
    ["both ends of an Anthropic stream", anthropicStream, [25, 15, 40]],
    [
      "a list of events",
      [{ message: { usage: { input_tokens: 25, output_tokens: 1 } } }, { usage: { output_tokens: 15 } }],
      [25, 15, 40],
    ],
    ["JSON text", '{"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}', [1, 2, 3]],
  ] as const)("%s", ([, body, [input, output, total]]) => {
    expect(usageOf(body)).toEqual({
      ...(input !== undefined && { inputTokens: input }),
      ...(output !== undefined && { outputTokens: output }),
      tokens: total,
    });
  });

  test("at the end of an answer of megabytes, without parsing it", () => {
    const body = `{"data":[${"0.123456,".repeat(300_000)}0],"usage":{"prompt_tokens":5,"total_tokens":5}}`;
    expect(usageOf(body)).toEqual({ inputTokens: 5, tokens: 5 });
  });

  test.for([
    [undefined],
    [null],
    [""],
    ["{"],
    [{}],
    [{ usage: null }],
    [{ usage: { prompt_tokens: -1 } }],
    [{ usage: { prompt_tokens: Number.NaN } }],
    [{ usage: "12" }],
    [[]],
    [7],
  ])("says nothing of %j", ([body]) => {
    expect(usageOf(body)).toBeUndefined();
  });
});

test("no body makes it throw, or count what isn't a number of tokens", () => {
  const body = fc.oneof(
    fc.anything({ withBigInt: true, withMap: true, withNullPrototype: true }),
    fc.string().map((text) => `data: ${text}\n\n`),
    fc.dictionary(
      fc.constantFrom("usage", "usageMetadata", "meta", "message", "response"),
      fc.dictionary(
        fc.constantFrom("prompt_tokens", "output_tokens", "total_tokens", "tokens", "billed_units"),
        fc.anything(),
      ),
    ),
  );
  fc.assert(
    fc.property(body, (value) => {
      for (const text of [value, safeJson(value)]) {
        for (const amount of Object.values(usageOf(text) ?? {})) {
          expect(typeof amount === "number" && Number.isFinite(amount) && amount >= 0).toBe(true);
        }
      }
    }),
  );
});

function safeJson(value: unknown): unknown {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

describe("two events of one stream", () => {
  test("the input of the first and the output of the last", () => {
    const first = { inputTokens: 25, outputTokens: 1, tokens: 26 };
    expect(mergedUsage(first, { outputTokens: 15, tokens: 15 })).toEqual({
      inputTokens: 25,
      outputTokens: 15,
      tokens: 40,
    });
  });

  test("a later event that says it all", () => {
    const all = { inputTokens: 9, outputTokens: 12, tokens: 21 };
    expect(mergedUsage({ inputTokens: 9, outputTokens: 1, tokens: 10 }, all)).toEqual(all);
    expect(mergedUsage(undefined, all)).toEqual(all);
    expect(mergedUsage(all, undefined)).toEqual(all);
  });
});
