import { describe, expect, test } from "vitest";
import { quotasInProse, waitInProse } from "../../src/dialect/prose.js";
import { readSignal } from "../../src/dialect/read.js";

describe("quotas in prose", () => {
  test.for([
    [
      "Rate limit reached on tokens per min (TPM): Limit 200,000, Used 199,821, Requested 2295.",
      [{ dimension: "tokens", limit: 200_000, remaining: 179, windowMs: 60_000 }],
    ],
    ["Rate limit reached on requests per min. Limit: 20 / min. Please try again in 3s.", []],
    [
      "on requests per min (RPM): Limit: 3 / min. Please try again in 20s.",
      [{ dimension: "requests", limit: 3, windowMs: 60_000 }],
    ],
    ["Requests per Second (actual/limit): 3/2", [{ dimension: "requests", limit: 2, remaining: 0, windowMs: 1_000 }]],
    [
      "The maximum rate limit for this model is 6.0 queries and 180000000 tokens per minute.",
      [
        { dimension: "requests", limit: 6, windowMs: 60_000 },
        { dimension: "tokens", limit: 180_000_000, windowMs: 60_000 },
      ],
    ],
    [
      "your organization's rate limit of 40,000 input tokens per minute (org)",
      [{ dimension: "inputTokens", limit: 40_000, windowMs: 60_000 }],
    ],
    [
      "Rate limit of 15 per 60s exceeded for UserByMinute.",
      [{ dimension: "requests", limit: 15, remaining: 0, windowMs: 60_000 }],
    ],
    ["We serve 5,000 requests per minute, all is well", []],
    ["Rate limit reached", []],
  ] as const)("%s", ([message, quotas]) => {
    expect(quotasInProse(message)).toEqual(quotas);
  });

  test("a request that asks for more than the limit never fits", () => {
    expect(quotasInProse("tokens per minute (TPM): Limit 8000, Requested 10098, please")).toMatchObject([
      { neverFits: true },
    ]);
    expect(quotasInProse("tokens per minute (TPM): Limit 8000, Requested 8000, please")[0]?.neverFits).toBeUndefined();
  });
});

test("waits in prose take the units that people write", () => {
  expect(waitInProse("available in about 2 minutes")).toBe(120_000);
  expect(waitInProse("Please try again in 1h16m0.667s")).toBe(4_560_667);
  expect(waitInProse("it took 20s")).toBeUndefined();
});

test("bodies of megabytes, made to be slow, are read all the same", () => {
  const parts = [
    "retry after ",
    "1",
    "limit 1 tokens per ",
    "tokens per min: Limit 1,",
    '{"error":',
    "data: {error}\n\n",
    "\n",
    "a and 1 tokens ",
    "depleted ",
  ];
  for (const part of parts) {
    const text = part.repeat(Math.ceil(3_000_000 / part.length));
    for (const body of [
      text,
      { error: { message: text } },
      `{"error":{"message":${JSON.stringify(text.slice(0, 200_000))}}}`,
    ]) {
      for (const status of [200, 429]) readSignal({ status, headers: {}, body });
    }
  }
});
