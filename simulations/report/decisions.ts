import { quantile } from "../measure/quantile.js";
import type { LoggedDecision } from "../world/log.js";
import { type Bins, short } from "./bins.js";
import { type DecisionTrack, MOVES } from "./page-data.js";

/** The steps of a controller by bin and reason. */
export function decisionsOf(decisions: readonly LoggedDecision[], bins: Bins): DecisionTrack {
  const found = new Map<string, Lane>();
  for (const { atMs, move, because, ratePerSecond } of decisions) {
    const key = `${move} ${because}`;
    const lane = found.get(key) ?? { because, move: MOVES.indexOf(move), many: 0, cells: new Map() };
    found.set(key, lane);
    lane.many++;
    const bin = bins.of(atMs);
    const cell = lane.cells.get(bin) ?? { many: 0, rate: 0 };
    lane.cells.set(bin, cell);
    cell.many++;
    cell.rate = ratePerSecond;
  }
  const lanes = [...found.values()].sort((one, other) => one.move - other.move || other.many - one.many);
  const rows = lanes.flatMap(({ cells }, lane) =>
    [...cells].map(([bin, { many, rate }]) => [bin, lane, many, Number.isFinite(rate) ? short(rate) : 0] as const),
  );
  return {
    lanes: lanes.map(({ because, move, many }) => ({ because, move, many })),
    rows: rows.sort(([one], [other]) => one - other),
  };
}

interface Lane {
  readonly because: string;
  readonly move: number;
  many: number;
  readonly cells: Map<number, { many: number; rate: number }>;
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
    const budget = `${client} ${dimension} ${model}`;
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
