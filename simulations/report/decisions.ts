import type { LoggedDecision } from "../world/log.js";
import { type Bins, short } from "./bins.js";
import { type DecisionTrack, MOVES } from "./page-data.js";
import { type ReasonCount, Reasons } from "./reasons.js";

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

/** Every reason and move that occurs, the most frequent first. */
export function countReasons(decisions: readonly LoggedDecision[]): readonly ReasonCount[] {
  const reasons = new Reasons();
  for (const { atMs, client, model, dimension, move, because, ratePerSecond } of decisions) {
    reasons.take({ atMs, move, because, rate: ratePerSecond, budget: `${client} ${dimension} ${model}` });
  }
  return reasons.counts();
}
