import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { powerOfTwo } from "../src/power.js";

describe("two to the power of", () => {
  it("a whole number is exact", () => {
    for (let exponent = -1_022; exponent <= 1_023; exponent++) expect(powerOfTwo(exponent)).toBe(2 ** exponent);
  });

  it("a fraction is right to the last few bits, and grows with it", () => {
    fc.assert(
      fc.property(fc.double({ min: -60, max: 60, noNaN: true }), (exponent) => {
        expect(powerOfTwo(exponent) / 2 ** exponent).toBeCloseTo(1, 12);
        expect(powerOfTwo(exponent + 0.01)).toBeGreaterThan(powerOfTwo(exponent));
      }),
    );
  });

  it("what is too large or too small is Infinity or nothing", () => {
    expect(powerOfTwo(2_000)).toBe(Infinity);
    expect(powerOfTwo(Infinity)).toBe(Infinity);
    expect(powerOfTwo(-2_000)).toBe(0);
    expect(powerOfTwo(-Infinity)).toBe(0);
  });
});
