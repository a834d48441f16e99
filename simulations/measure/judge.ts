import type { Bound } from "../world/scenario.js";
import { measureOne } from "./measure.js";
import type { Measured } from "./measured.js";

/** Whether a bound holds. */
export interface Verdict {
  readonly bound: Bound;
  /** Mean or worst over the seeds, as the bound says. NaN where a seed has nothing to measure. */
  readonly value: number;
  /** Never of NaN: a bound on what isn't there is a mistake in the scenario. */
  readonly holds: boolean;
  /** Position of the seed that is furthest on the wrong side: the one to look at. */
  readonly worst: number;
}

/** The value of a bound's metric in one run. */
export function measureBound(bound: Bound, measured: Measured): number {
  return measureOne(bound.metric, measured, bound.within);
}

/** Judges bounds by the values that {@link measureBound} gave for each seed. */
export function judge(
  bounds: readonly Bound[],
  valuesOf: (bound: Bound, index: number) => readonly number[],
): readonly Verdict[] {
  return bounds.map((bound, index) => judgeOne(bound, valuesOf(bound, index)));
}

function judgeOne(bound: Bound, values: readonly number[]): Verdict {
  const { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY, over = "mean" } = bound;
  // How far a value is inside: the least is the worst, whichever side it is on, and nothing to measure worse than that.
  const inside = (value: number): number =>
    Number.isNaN(value) ? Number.NEGATIVE_INFINITY : Math.min(value - atLeast, atMost - value);
  let worst = 0;
  let sum = 0;
  for (const [index, value] of values.entries()) {
    sum += value;
    if (inside(value) < inside(values[worst] ?? Number.NaN)) worst = index;
  }
  const furthest = values[worst] ?? Number.NaN;
  const value = over === "mean" || Number.isNaN(furthest) ? sum / values.length : furthest;
  return { bound, value, holds: inside(value) >= 0, worst };
}
