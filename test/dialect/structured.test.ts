import { describe, expect, test } from "vitest";
import { readFields } from "../../src/dialect/structured.js";
import { viewOf } from "../../src/signal/headers.js";

const NAMES = {
  limit: "ratelimit-limit",
  remaining: "ratelimit-remaining",
  reset: "ratelimit-reset",
  policy: "ratelimit-policy",
  combined: "ratelimit",
} as const;

const read = (headers: Record<string, string>) => readFields(viewOf(headers), NAMES, {});

describe("structured fields, valid or nearly so", () => {
  test("each named report is joined to its policy", () => {
    const headers = { ratelimit: '"a";r=1;t=2, "b";r=3', "ratelimit-policy": '"b";q=30;w=60, "a";q=10;w=1' };
    expect(read(headers)).toEqual([
      { dimension: "requests", limit: 10, remaining: 1, resetInMs: 2_000, windowMs: 1_000 },
      { dimension: "requests", scope: "b", limit: 30, remaining: 3, windowMs: 60_000 },
    ]);
  });

  test("units other than requests are other dimensions", () => {
    const headers = {
      ratelimit: '"a";r=5',
      "ratelimit-policy": '"a";q=9;qu="content-bytes", "c";q=4;qu="concurrent-requests"',
    };
    expect(read(headers)).toEqual([
      { dimension: "contentBytes", limit: 9, remaining: 5 },
      { dimension: "concurrency", scope: "c", limit: 4 },
    ]);
  });

  test("tokens for names, as the drafts' own examples have them", () => {
    expect(read({ ratelimit: "quota;r=7;t=1" })).toEqual([{ dimension: "requests", remaining: 7, resetInMs: 1_000 }]);
  });

  test("quoted names may hold commas and semicolons", () => {
    const headers = { "ratelimit-limit": '10, 10;w=1;comment="a, b; c=1"' };
    expect(read(headers)).toEqual([{ dimension: "requests", limit: 10, windowMs: 1_000 }]);
  });

  test("what breaks the grammar is read as far as it can be told", () => {
    const headers = { ratelimit: '"api"; r=1; t=5,', "ratelimit-policy": '"fixed window";"api";q=500;w=300' };
    expect(read(headers)).toEqual([
      { dimension: "requests", limit: 500, remaining: 1, resetInMs: 5_000, windowMs: 300_000 },
    ]);
    expect(read({ ratelimit: "limit=10, remaining=4; reset=1, =" })).toMatchObject([{ limit: 10, remaining: 4 }]);
  });

  const silent: readonly Record<string, string>[] = [
    { ratelimit: "malformed" },
    { ratelimit: '"a";r=-1;t=-5' },
    { ratelimit: "limit=-1" },
    { "ratelimit-limit": "-1", "ratelimit-remaining": "-1", "ratelimit-reset": "0" },
    { "ratelimit-policy": '"a";w=60' },
    { ratelimit: "()" },
    { ratelimit: '"'.repeat(4_000) },
  ];
  test.for(silent)("says nothing of %j", (headers) => {
    expect(read(headers)).toEqual([]);
  });
});
