import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffMs, type Repeat, retryDelayMs } from "../../src/pace/backoff.js";

const options = { initialMs: 1_000, maxMs: 30_000 };

describe("backoff", () => {
  it("doubles from the first repeat on, up to the maximum, also after ten thousand", () => {
    expect([1, 2, 3, 4, 5, 6, 7, 10_000].map((repeat) => backoffMs(repeat, options))).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
    ]);
    expect(backoffMs(10_000, { initialMs: 0, maxMs: 30_000 })).toBe(0);
  });

  it.each([
    ["throttled, nothing stated", { kind: "throttled" }, [0, 0]],
    ["saturated, nothing stated", { kind: "saturated", repeat: 5 }, [0, 0]],
    ["throttled, 2 s stated", { kind: "throttled", retryAfterMs: 2_000 }, [2_000, 2_200]],
    ["throttled, an hour stated", { kind: "throttled", retryAfterMs: 3_600_000 }, [3_600_000, 3_601_000]],
    ["overloaded, third time", { kind: "overloaded", repeat: 3 }, [4_000, 4_400]],
    ["overloaded, less stated", { kind: "overloaded", repeat: 3, retryAfterMs: 1_000 }, [4_000, 4_400]],
    ["overloaded, more stated", { kind: "overloaded", repeat: 1, retryAfterMs: 5_000 }, [5_000, 5_500]],
    ["failed, second time", { kind: "failed", repeat: 2 }, [1_500, 2_000]],
    ["failed, at the maximum", { kind: "failed", repeat: 99 }, [22_500, 30_000]],
    ["a negative wait stated", { kind: "throttled", retryAfterMs: -7 }, [0, 0]],
  ] satisfies [string, Pick<Repeat, "kind"> & Partial<Repeat>, [number, number]][])("%s", (_, repeat, [low, high]) => {
    const delays = [0, 0.5, 0.999_999].map((dice) => retryDelayMs({ repeat: 1, options, ...repeat, dice }));
    expect(Math.min(...delays)).toBeCloseTo(low, 1);
    expect(Math.max(...delays)).toBeCloseTo(high, 0);
  });

  it("never goes before a stated wait, and never adds more than a second to it", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("throttled", "overloaded", "saturated", "failed"),
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0, max: 1e12, noNaN: true }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (kind, repeat, retryAfterMs, dice) => {
          const delayMs = retryDelayMs({ kind, repeat, retryAfterMs, dice, options });
          expect(delayMs).toBeGreaterThanOrEqual(retryAfterMs);
          expect(delayMs).toBeLessThanOrEqual(Math.max(retryAfterMs, options.maxMs) + 1_000);
        },
      ),
    );
  });
});
