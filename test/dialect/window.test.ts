import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inferWindowMs, resetUnitMs, windowName } from "../../src/dialect/window.js";

/** The reset that a refilling bucket states, cut to milliseconds, from its own definition. */
function resetOfBucket(limit: number, lacking: number, windowMs: number): number {
  return Math.floor((lacking * windowMs) / limit);
}

const bucket = fc
  .record({
    limit: fc.integer({ min: 1, max: 1_000_000 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    windowMs: fc.constantFrom(1_000, 10_000, 60_000, 3_600_000, 86_400_000),
  })
  .map(({ limit, share, windowMs }) => {
    const lacking = Math.max(1, Math.ceil(limit * share));
    return { limit, lacking, windowMs, resetInMs: resetOfBucket(limit, lacking, windowMs) };
  });

describe("the refill identity", () => {
  test("tells the window of any bucket whose reset is fine enough", () => {
    fc.assert(
      fc.property(bucket, ({ limit, lacking, windowMs, resetInMs }) => {
        // With few units lacking, neighbours' intervals meet: the smallest that fits is taken, and may be the wrong one.
        fc.pre(resetInMs >= 10 && lacking >= 2);
        expect(inferWindowMs({ limit, remaining: limit - lacking, resetInMs })).toBe(windowMs);
      }),
    );
  });

  test("tells nothing where nothing lacks, or the reset was cut to 0", () => {
    expect(inferWindowMs({ limit: 100, remaining: 100, resetInMs: 5 })).toBeUndefined();
    expect(inferWindowMs({ limit: 1_000_000, remaining: 999_000, resetInMs: 0 })).toBeUndefined();
    expect(inferWindowMs({ limit: 150_000, remaining: 149_984, resetInMs: 360_000 })).toBeUndefined();
  });

  test("tells the unit of a bare reset", () => {
    fc.assert(
      fc.property(bucket, fc.constantFrom(1 as const, 1_000 as const), ({ limit, lacking, windowMs }, unitMs) => {
        const reset = Math.round((lacking * windowMs) / limit / unitMs);
        fc.pre(reset >= 1);
        expect(resetUnitMs(reset, lacking, limit, windowMs)).toBe(unitMs);
      }),
    );
  });

  test("takes seconds where the numbers don't tell", () => {
    expect(resetUnitMs(59, undefined, undefined, 60_000)).toBe(1_000);
    expect(resetUnitMs(59, 0, 100, 60_000)).toBe(1_000);
    expect(resetUnitMs(59, 5, 0, 60_000)).toBe(1_000);
  });
});

test("windows have names to tell budgets apart by", () => {
  expect([1_000, 60_000, 86_400_000, 15_000].map(windowName)).toEqual(["second", "minute", "day", "15s"]);
});
