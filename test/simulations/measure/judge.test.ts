import { describe, expect, it } from "vitest";
import { judge } from "../../../simulations/measure/judge.js";
import type { Bound } from "../../../simulations/world/scenario.js";

const VALUES = [0.98, 0.9, 0.97];

describe("a bound", () => {
  it.each<{ bound: Bound; values: readonly number[]; holds: boolean; value: number; worst: number }>([
    { bound: { metric: "goodput", atLeast: 0.949 }, values: VALUES, holds: true, value: 0.95, worst: 1 },
    { bound: { metric: "goodput", atLeast: 0.96 }, values: VALUES, holds: false, value: 0.95, worst: 1 },
    { bound: { metric: "goodput", atLeast: 0.95, over: "worst" }, values: VALUES, holds: false, value: 0.9, worst: 1 },
    { bound: { metric: "goodput", atLeast: 0.9, over: "worst" }, values: VALUES, holds: true, value: 0.9, worst: 1 },
    { bound: { metric: "goodput", atMost: 0.97, over: "worst" }, values: VALUES, holds: false, value: 0.98, worst: 0 },
    { bound: { metric: "goodput", atMost: 0.97 }, values: VALUES, holds: true, value: 0.95, worst: 0 },
    {
      bound: { metric: "attempts", atLeast: 60, atMost: 70, over: "worst" },
      values: [66, 72, 61],
      holds: false,
      value: 72,
      worst: 1,
    },
  ])("holds of the mean or of the worst of its seeds: $bound of $values", ({ bound, values, holds, value, worst }) => {
    const [verdict] = judge([bound], () => values);
    expect(verdict).toMatchObject({ bound, holds, worst });
    expect(verdict?.value).toBeCloseTo(value);
  });

  it("on what a seed hasn't got doesn't hold, and that seed is the one to look at", () => {
    for (const over of ["mean", "worst"] as const) {
      const [verdict] = judge([{ metric: "recoveryMs", atMost: 5_000, over }], () => [1, Number.NaN, 9_000]);
      expect(verdict).toMatchObject({ holds: false, value: Number.NaN, worst: 1 });
    }
    expect(judge([{ metric: "goodput", atLeast: 0.9 }], () => [])[0]?.holds).toBe(false);
  });
});
