import { describe, expect, it } from "vitest";
import { exponential, logNormal, normal, seededRandom } from "../../simulations/index.js";

function draw(count: number, next: () => number): number[] {
  return Array.from({ length: count }, next).sort((a, b) => a - b);
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const median = (values: readonly number[]) => values[Math.floor(values.length / 2)] ?? Number.NaN;

describe("the seeded dice", () => {
  it("give the same numbers for the same seed, and others for another", () => {
    const first = (seed: number | string) => draw(5, seededRandom(seed));
    expect(first(7)).toEqual(first(7));
    expect(first("7/latency")).not.toEqual(first("7/fault"));
    expect(first(7)).not.toEqual(first(8));
  });

  it("are even over [0, 1)", () => {
    const values = draw(100_000, seededRandom(1));
    expect(values[0]).toBeGreaterThanOrEqual(0);
    expect(values.at(-1)).toBeLessThan(1);
    // The largest distance between the drawn and the even distribution: Kolmogorov's bound at 1 in 1,000.
    const distance = Math.max(...values.map((value, index) => Math.abs(value - index / values.length)));
    expect(distance).toBeLessThan(1.95 / Math.sqrt(values.length));
  });

  it("draw what their names say", () => {
    const random = seededRandom(2);
    expect(mean(draw(50_000, () => exponential(random, 4)))).toBeCloseTo(4, 1);
    expect(mean(draw(50_000, () => normal(random) ** 2))).toBeCloseTo(1, 1);
    expect(median(draw(50_000, () => logNormal(random, { median: 200, sigma: 0.5 }))) / 200).toBeCloseTo(1, 1);
    expect(logNormal(random, { median: 200, sigma: 0 })).toBe(200);
  });
});
