import { type LoggedOutcome, OUTCOMES, type Recording, type TryLog } from "../world/log.js";
import type { Span } from "../world/span.js";

/** What became of tries, as metrics tell them apart. */
export type Tallied = "sent" | "accepted" | "refused" | "throttled" | "overloaded";

const OUTCOMES_OF: Record<Exclude<Tallied, "sent">, readonly LoggedOutcome[]> = {
  accepted: ["accepted"],
  // One that was given up, or had no time to arrive, was neither let in nor refused.
  refused: ["throttled", "overloaded", "saturated", "failed", "silent"],
  // A rate and a concurrency limit both say: you ask too much.
  throttled: ["throttled", "saturated"],
  overloaded: ["overloaded"],
};

/** A stretch of a log: `from` belongs to it, `until` doesn't. */
export interface Rows {
  readonly from: number;
  readonly until: number;
}

/** Counts tries of any span in the time of a binary search: how many of each kind were sent up to each row. */
export class Tally {
  readonly #sentAtMs: Float64Array;
  readonly #upTo: Readonly<Record<Exclude<Tallied, "sent">, Uint32Array>>;

  constructor(tries: TryLog) {
    this.#sentAtMs = tries.sentAtMs.view();
    const outcomes = tries.outcome.view();
    this.#upTo = {
      accepted: accumulate(outcomes, OUTCOMES_OF.accepted),
      refused: accumulate(outcomes, OUTCOMES_OF.refused),
      throttled: accumulate(outcomes, OUTCOMES_OF.throttled),
      overloaded: accumulate(outcomes, OUTCOMES_OF.overloaded),
    };
  }

  count(what: Tallied, span: Span): number {
    const { from, until } = this.rows(span);
    if (what === "sent") return until - from;
    const upTo = this.#upTo[what];
    return (upTo[until] ?? 0) - (upTo[from] ?? 0);
  }

  isRefused(row: number): boolean {
    const upTo = this.#upTo.refused;
    return upTo[row + 1] !== upTo[row];
  }

  /** The rows of what was sent in a span. */
  rows({ fromMs, untilMs }: Span): Rows {
    const from = firstNotBefore(this.#sentAtMs, fromMs);
    return { from, until: Math.max(from, firstNotBefore(this.#sentAtMs, untilMs)) };
  }
}

const tallies = new WeakMap<Recording, Tally>();

/** The tally of a run that has ended; it is made once. */
export function tallyOf(recording: Recording): Tally {
  let tally = tallies.get(recording);
  if (tally === undefined) {
    tally = new Tally(recording.tries);
    tallies.set(recording, tally);
  }
  return tally;
}

function accumulate(outcomes: Float64Array, wanted: readonly LoggedOutcome[]): Uint32Array {
  const isWanted = OUTCOMES.map((each) => wanted.includes(each));
  const upTo = new Uint32Array(outcomes.length + 1);
  let count = 0;
  for (let row = 0; row < outcomes.length; row++) {
    if (isWanted[outcomes[row] ?? 0] === true) count++;
    upTo[row + 1] = count;
  }
  return upTo;
}

/** The first row of sorted instants that isn't before `atMs`. */
export function firstNotBefore(sortedMs: Float64Array, atMs: number): number {
  let low = 0;
  let high = sortedMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sortedMs[middle] ?? 0) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
