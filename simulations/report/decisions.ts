import { quantile } from "../measure/quantile.js";
import type { LoggedDecision } from "../world/log.js";
import { type Bins, short } from "./bins.js";
import { type DecisionTrack, MOVES } from "./page-data.js";

/** The steps of a controller by bin, for a strip. */
export function decisionsOf(decisions: readonly LoggedDecision[], bins: Bins): DecisionTrack {
  const codes: string[] = [];
  const rows = new Map<string, [number, number, number, number, number]>();
  for (const { atMs, move, because, ratePerSecond } of decisions) {
    if (!codes.includes(because)) codes.push(because);
    const [bin, moved, code] = [bins.of(atMs), MOVES.indexOf(move), codes.indexOf(because)];
    const key = `${bin} ${moved} ${code}`;
    const row = rows.get(key) ?? [bin, moved, code, 0, 0];
    row[3]++;
    row[4] = Number.isFinite(ratePerSecond) ? short(ratePerSecond) : 0;
    rows.set(key, row);
  }
  return { codes, rows: [...rows.values()] };
}

/** How often a controller gave one reason, and what it did then. */
export interface ReasonCount {
  readonly because: string;
  readonly move: LoggedDecision["move"];
  readonly count: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** The median of the rate after it over the rate before it; NaN where no rate came before. */
  readonly typicalChange: number;
}

/** Every reason and move that occurs, the most frequent first. */
export function countReasons(decisions: readonly LoggedDecision[]): readonly ReasonCount[] {
  const found = new Map<string, { first: LoggedDecision; last: LoggedDecision; count: number; changes: number[] }>();
  const rateBefore = new Map<string, number>();
  for (const decision of decisions) {
    const { client, model, dimension, move, because, ratePerSecond } = decision;
    const budget = JSON.stringify([client, model, dimension]);
    const before = rateBefore.get(budget);
    rateBefore.set(budget, ratePerSecond);
    const key = `${move} ${because}`;
    const entry = found.get(key) ?? { first: decision, last: decision, count: 0, changes: [] };
    found.set(key, entry);
    entry.count++;
    entry.last = decision;
    if (before !== undefined && before > 0) entry.changes.push(ratePerSecond / before);
  }
  return [...found.values()]
    .map(({ first, last, count, changes }) => ({
      because: first.because,
      move: first.move,
      count,
      firstAtMs: first.atMs,
      lastAtMs: last.atMs,
      typicalChange: quantile(Float64Array.from(changes).sort(), 0.5),
    }))
    .sort((one, other) => other.count - one.count);
}
