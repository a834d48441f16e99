import { describe, expect, it } from "vitest";
import type { ModelProgress } from "../../../src/cli/batch/progress.js";
import { type Ending, exitCodeOf, summarize, totalsOf } from "../../../src/cli/batch/summary.js";

const ROW: ModelProgress = {
  ...{ model: "m", total: 512, done: 512, failed: 0, inFlight: 0, queued: 0 },
  ...{ accepted: 512, throttled: 14, overloaded: 2, tokens: 0 },
};
const FOUND = {
  models: new Map(),
  problems: [],
  problemCount: 0,
  doneBefore: 0,
  failedBefore: 0,
  underWay: 0,
  strangers: 0,
};
const ENDING: Ending = {
  models: [ROW],
  found: FOUND,
  elapsedMs: 64_000,
  failures: [],
  output: "out.jsonl",
  stop: undefined,
};
const MESSAGE = { message: "because" };

describe("the end of a run", () => {
  it("is said in a few lines", () => {
    expect(summarize(ENDING)).toBe(
      "done after 1m04s: 512 of 512 requests answered\n  528 tries: 14 x 429, 2 x no capacity\n  results: out.jsonl",
    );
  });

  it("says what failed and why, what could not be sent, and what is left", () => {
    const ending: Ending = {
      ...ENDING,
      models: [{ ...ROW, done: 500, failed: 3 }],
      found: { ...FOUND, problemCount: 1, doneBefore: 100, failedBefore: 1 },
      failures: [
        ["400", 2],
        ["ERR_SLUICE_RETRIES", 1],
      ],
      stop: { because: "interrupted" },
    };
    expect(summarize(ending).split("\n").slice(0, 4)).toEqual([
      "interrupted after 1m04s: 496 of 512 requests answered, 100 of them in earlier runs",
      "  4 failed (2 x 400, 1 x ERR_SLUICE_RETRIES, 1 in earlier runs)",
      "  1 line could not be sent",
      "  12 left: the same command goes on here",
    ]);
    const { succeeded, failed, broken, left } = totalsOf(ending);
    expect(succeeded + failed + left).toBe(512);
    expect(broken).toBe(1);
  });

  it("names the second file where there is something in it", () => {
    const lines = (part: Partial<Ending>) => summarize({ ...ENDING, errors: "out.errors.jsonl", ...part }).split("\n");
    expect(lines({}).at(-1)).toBe("  results: out.jsonl");
    expect(lines({ models: [{ ...ROW, failed: 1 }] }).at(-1)).toBe("  failures: out.errors.jsonl");
  });

  it("says how hosted batches ended, and which run on", () => {
    const running = [100, 50].map((requests) => ({ requests, host: "api.invalid" }));
    const ended = new Map([
      ["completed", 2],
      ["expired", 1],
    ] as const);
    const ending: Ending = {
      ...ENDING,
      models: [{ ...ROW, done: 362 }],
      stop: { because: "interrupted" },
      batches: { ended, running },
    };
    const [, left, how, which] = summarize(ending).split("\n");
    expect([left, how, which]).toEqual([
      "  150 left: the same command goes on here",
      "  3 batches: 2 completed, 1 expired",
      "  2 batches with 150 requests run on at api.invalid; with --cancel the same command ends them",
    ]);
  });

  it.each([
    [0, {}],
    [1, { models: [{ ...ROW, failed: 1 }] }],
    [1, { found: { ...FOUND, failedBefore: 1 } }],
    [1, { found: { ...FOUND, problemCount: 1 } }],
    [1, { stop: { because: "unwritable" as const, ...MESSAGE } }],
    [2, { stop: { because: "unauthorized" as const, ...MESSAGE } }],
    [3, { stop: { because: "exhausted" as const, ...MESSAGE } }],
    [130, { stop: { because: "interrupted" as const }, found: { ...FOUND, failedBefore: 1 } }],
  ])("has exit code %i for %j", (code, part) => {
    expect(exitCodeOf({ ...ENDING, ...part })).toBe(code);
  });
});
