import type { Scenario } from "../world/scenario.js";
import type { Span } from "../world/span.js";
import { acceptedByClient } from "./flow.js";
import type { Measured } from "./measured.js";

/** Jain's index, (Σx)² / (n Σx²): 1 where all get the same, 1/n where one gets all. NaN below two clients. */
export function jainIndex(shares: readonly number[]): number {
  if (shares.length < 2) return Number.NaN;
  let sum = 0;
  let squares = 0;
  for (const share of shares) {
    sum += share;
    squares += share * share;
  }
  return (sum * sum) / (shares.length * squares);
}

/** What the worst off gets, as a part of an even share. NaN below two clients. */
export function leastShare(shares: readonly number[]): number {
  if (shares.length < 2) return Number.NaN;
  let sum = 0;
  for (const share of shares) sum += share;
  return (Math.min(...shares) * shares.length) / sum;
}

/** What the clients got accepted that are there all through a span: who comes or goes in it can't have a whole share. */
export function sharesWithin({ recording, scenario }: Measured, span: Span): number[] {
  const counts = acceptedByClient(recording, span);
  return thereAllThrough(scenario, span).map((index) => counts[index] ?? 0);
}

/** The positions of the clients that neither come nor go within a span. */
export function thereAllThrough({ clients = [] }: Scenario, span: Span): readonly number[] {
  return clients.flatMap(({ joinsAtMs = 0, leavesAtMs = Number.POSITIVE_INFINITY }, index) =>
    joinsAtMs <= span.fromMs && leavesAtMs >= span.untilMs ? [index] : [],
  );
}
