import { mean } from "../measure/mean.js";
import type { Metrics } from "../measure/measure.js";

/** Metrics by scenario and seed, as a ledger has them. */
export type Rows = readonly (readonly Metrics[])[];

/** The three axes that options are weighed by, as means over scenarios and seeds. */
export interface Score {
  readonly goodput: number;
  readonly refused: number;
  /** Worlds in which nothing waited count as 0. */
  readonly waitP99Ms: number;
}

/** A mean, and how far chance may have moved it. */
export interface Estimate {
  readonly mean: number;
  /** Standard error. */
  readonly error: number;
}

export const SCORE_NAMES = ["goodput", "refused", "waitP99Ms"] as const satisfies readonly (keyof Score)[];

/** What a world, or a score over many, lost: goodput that a clairvoyant would have had, and refusals, `weight` times as bad. */
export function lossOf({ goodput, refused }: Pick<Score, "goodput" | "refused">, weight: number): number {
  return 1 - goodput + weight * refused;
}

export function scoreOf(rows: Rows): Score {
  const of = (name: keyof Score): number => mean(rows.flat().map((metrics) => zeroIfNothing(metrics[name])));
  return { goodput: of("goodput"), refused: of("refused"), waitP99Ms: of("waitP99Ms") };
}

/**
 * How much one candidate differs from another, world by world: both met the same seeds, so what chance did to both falls out.
 * The error is that of a stratified mean: scenarios are given, seeds are drawn.
 */
export function difference(of: Rows, from: Rows, pick: (metrics: Metrics) => number): Estimate {
  const strata = of.map((row, scenario) =>
    row.map((metrics, seed) => {
      const other = from[scenario]?.[seed];
      return other === undefined ? Number.NaN : zeroIfNothing(pick(metrics)) - zeroIfNothing(pick(other));
    }),
  );
  const variance = strata.reduce((sum, values) => sum + varianceOfMean(values), 0) / (strata.length * strata.length);
  return { mean: mean(strata.map(mean)), error: Math.sqrt(variance) };
}

function zeroIfNothing(value: number): number {
  return Number.isNaN(value) ? 0 : value;
}

function varianceOfMean(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const middle = mean(values);
  return (
    values.reduce((sum, value) => sum + (value - middle) * (value - middle), 0) / (values.length - 1) / values.length
  );
}

/** Whether nothing about one is worse than about the other, and something better. */
export function dominates(a: Score, b: Score): boolean {
  const isNoWorse = a.goodput >= b.goodput && a.refused <= b.refused && a.waitP99Ms <= b.waitP99Ms;
  return isNoWorse && (a.goodput > b.goodput || a.refused < b.refused || a.waitP99Ms < b.waitP99Ms);
}
