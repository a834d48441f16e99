import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { binsOf, short, shortOrNull } from "../../../simulations/report/bins.js";

describe("bins", () => {
  it.each([
    [600_000, 1_200, 1_000, 600],
    [3_600_000, 1_200, 3_000, 1_200],
    [3_600_000, 240, 15_000, 240],
    [86_400_000, 1_200, 120_000, 720],
    [500, 1_200, 1_000, 1],
  ])("a run of %i ms in at most %i bins has bins of %i ms", (durationMs, countMax, widthMs, count) => {
    expect(binsOf(durationMs, countMax)).toMatchObject({ widthMs, count });
  });

  it("are no narrower than asked", () => {
    expect(binsOf(60_000, 1_200, 5_000).widthMs).toBe(5_000);
  });

  it("cover every instant of any run, and keep to their number", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e9 }),
        fc.integer({ min: 1, max: 2_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (durationMs, countMax, share) => {
          const bins = binsOf(durationMs, countMax);
          expect(bins.count).toBeLessThanOrEqual(countMax);
          expect(bins.count * bins.widthMs).toBeGreaterThanOrEqual(durationMs);
          const bin = bins.of(share * durationMs);
          expect(bin).toBeGreaterThanOrEqual(0);
          expect(bin).toBeLessThan(bins.count);
        },
      ),
    );
  });

  it("round to four digits, and have no number for what isn't one", () => {
    expect(short(12.34567)).toBe(12.35);
    expect([Number.NaN, Number.POSITIVE_INFINITY, null, undefined].map(shortOrNull)).toEqual([null, null, null, null]);
  });
});
