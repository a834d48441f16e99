import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../simulations/random.js";
import { AXES, axesOf, evenPoints, placeOf, valueAt, valuesOf, withValues } from "../../../simulations/tune/space.js";
import { DEFAULTS, PRESETS } from "../../../src/index.js";

describe("the space of a search", () => {
  it("holds the present defaults, and only values that createSluice takes", () => {
    const values = valuesOf(AXES, {});
    expect(values).toEqual({
      ...PRESETS.balanced,
      startDoublingMs: DEFAULTS.control.startDoublingMs,
      burst: DEFAULTS.control.burst,
      rateInitial: DEFAULTS.control.rateInitial,
    });
    for (const axis of AXES) {
      expect(values[axis.name]).toBeGreaterThan(axis.low);
      expect(values[axis.name]).toBeLessThan(axis.high);
      for (const place of [0, 0.3, 1]) {
        expect(() => valuesOf(AXES, withValues({}, { [axis.name]: valueAt(axis, place) }))).not.toThrow();
      }
    }
  });

  it("goes from one end of an axis to the other, and stays within", () => {
    fc.assert(
      fc.property(fc.constantFrom(...AXES), fc.double({ min: -2, max: 3, noNaN: true }), (axis, place) => {
        const value = valueAt(axis, place);
        expect(value).toBeGreaterThanOrEqual(axis.low);
        expect(value).toBeLessThanOrEqual(axis.high);
        // Two digits are kept: within 5 % of where it was to be.
        expect(placeOf(axis, value)).toBeCloseTo(Math.min(1, Math.max(0, place)), 1);
      }),
    );
    for (const axis of AXES) expect([valueAt(axis, 0), valueAt(axis, 1)]).toEqual([axis.low, axis.high]);
  });

  it("keeps the other options", () => {
    const options = { retry: { attemptsMax: 9 }, control: { law: "aimd", epochMs: 5_000, rateMax: 7 } } as const;
    expect(withValues(options, { epochMs: 8_000 })).toEqual({
      retry: { attemptsMax: 9 },
      control: { law: "aimd", epochMs: 8_000, rateMax: 7 },
    });
  });

  it("is covered evenly, however few points are taken, and by others with another seed", () => {
    for (const count of [10, 20, 40]) {
      const points = evenPoints(5, seededRandom(1));
      const taken = Array.from({ length: count }, () => points.next().value as readonly number[]);
      for (const dimension of [0, 1, 2]) {
        const halves = taken.filter((point) => (point[dimension] ?? 0) < 0.5).length;
        expect(Math.abs(halves - count / 2)).toBeLessThanOrEqual(2);
      }
    }
    const first = (seed: number) => evenPoints(3, seededRandom(seed)).next().value;
    expect(first(1)).toEqual(first(1));
    expect(first(1)).not.toEqual(first(2));
  });

  it("is narrowed by name and range, with a clear word where that can't be", () => {
    expect(axesOf([{ name: "burst", low: 2, high: 8 }])).toEqual([{ name: "burst", low: 2, high: 8, scale: "log" }]);
    expect(axesOf(undefined)).toBe(AXES);
    for (const [vary, message] of [
      [[{ name: "epochMS" }], "'epochMS' can't be tuned; did you mean 'epochMs'?"],
      [[{ name: "mood" }], "'mood' can't be tuned; there are epochMs, "],
      [[{ name: "burst", low: 8, high: 2 }], "burst: the range must rise, got 8 to 2"],
      [[{ name: "multiplicativeDecrease", high: 2 }], "control.multiplicativeDecrease must be in (0, 1), got 2"],
      [[{ name: "burst" }, { name: "burst" }], "burst is named twice"],
      [[], "there is nothing to vary"],
    ] as const) {
      expect(() => axesOf(vary)).toThrow(message);
    }
  });
});
