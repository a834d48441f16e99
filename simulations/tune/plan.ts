import { FIELD_MIN, fieldSizes } from "./race.js";

/** How a budget is spent. */
export interface Plan {
  /** Candidates of the first race, drawn from the whole space, the present options among them. */
  readonly drawn: number;
  /** Candidates of each race after it, drawn around who was left of the one before. */
  readonly bred: number;
  /** Runs that such a race may take. There are as many races as fit into `searchRuns`: what early losers save buys more. */
  readonly bredRuns: number;
  readonly searchRuns: number;
  /** Seeds that each round of a race adds. */
  readonly rounds: readonly (readonly number[])[];
  /** Seeds that no choice ever saw: all figures that are shown come from them. */
  readonly holdOut: readonly number[];
  /** Those of them that are used to move one option at a time. */
  readonly sensitivity: readonly number[];
  /** Runs in all, at most. */
  readonly runs: number;
}

/** Runs for each scenario below which nothing sensible comes out. */
export const BUDGET_MIN = 150;
export const BUDGET_DEFAULT = 300;

/** Finalists whose figures are shown. */
export const FRONT_MAX = 6;
/** Moves of an option to each side of the best. */
export const MOVES: readonly number[] = [-0.25, -0.1, 0.1, 0.25];

/** Seeds of the rounds: few for many, many for few. */
const ROUND_SIZES = [2, 2, 4, 8];
/** Hold-out seeds begin here, far from those that anybody counts from 1. */
const HOLD_OUT_FROM = 1_001;
const HOLD_OUT_MAX = 20;
const SENSITIVITY_MAX = 10;

/**
 * Shares out a budget: about a fifth for the figures at the end, a fifth for moving options one at a time, the rest for the
 * search, half of that for its first race. Seeds 1 to 16 are the search's.
 */
export function planOf({
  budget,
  axes,
  scenarios,
}: {
  readonly budget: number;
  readonly axes: number;
  readonly scenarios: number;
}): Plan {
  const holdOutCount = clamp(Math.round((budget * 0.2) / (FRONT_MAX + 1)), 2, HOLD_OUT_MAX);
  const moves = MOVES.length * axes;
  const sensitivityCount = clamp(Math.floor((budget * 0.2) / moves), 2, Math.min(holdOutCount, SENSITIVITY_MAX));
  const rest = budget - holdOutCount * (FRONT_MAX + 1) - sensitivityCount * moves;
  const rounds = rest >= 100 ? 4 : 3;
  const sizes = ROUND_SIZES.slice(0, rounds);
  const drawn = largestField(rest / 2, sizes, FIELD_MIN);
  const bred = largestField((rest - costOf(drawn, sizes)) / 2, sizes, 1);
  let next = 1;
  return {
    drawn,
    bred,
    bredRuns: costOf(bred, sizes) * scenarios,
    searchRuns: rest * scenarios,
    rounds: sizes.map((size) => Array.from({ length: size }, () => next++)),
    holdOut: range(HOLD_OUT_FROM, holdOutCount),
    sensitivity: range(HOLD_OUT_FROM, sensitivityCount),
    runs: budget * scenarios,
  };
}

/** Runs that a race takes of each scenario. */
function costOf(field: number, sizes: readonly number[]): number {
  return fieldSizes(field, sizes.length).reduce((sum, size, round) => sum + size * (sizes[round] ?? 0), 0);
}

function largestField(budget: number, sizes: readonly number[], least: number): number {
  let field = least;
  while (costOf(field + 1, sizes) <= budget) field++;
  return field;
}

function range(from: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
