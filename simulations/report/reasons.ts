import { quantile } from "../measure/quantile.js";
import type { LoggedDecision } from "../world/log.js";

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

/** A decision, as far as its reason goes. */
export interface ReasonGiven extends Pick<ReasonCount, "because" | "move"> {
  /** Since the start. */
  readonly atMs: number;
  readonly rate: number;
  /** Whose rate. */
  readonly budget: string;
}

/** Counts reasons as they are given. */
export class Reasons {
  readonly #changesMax: number;
  readonly #found = new Map<string, { first: ReasonGiven; last: ReasonGiven; count: number; changes: number[] }>();
  readonly #rates = new Map<string, number>();

  /** @param changesMax changes that are kept of a reason, the first ones: what is typical is known by then */
  constructor(changesMax = Infinity) {
    this.#changesMax = changesMax;
  }

  take(given: ReasonGiven): void {
    const before = this.#rates.get(given.budget);
    this.#rates.set(given.budget, given.rate);
    const name = `${given.move} ${given.because}`;
    const entry = this.#found.get(name) ?? { first: given, last: given, count: 0, changes: [] };
    this.#found.set(name, entry);
    entry.count += 1;
    entry.last = given;
    const isKept = before !== undefined && before > 0 && entry.changes.length < this.#changesMax;
    if (isKept) entry.changes.push(given.rate / before);
  }

  /** Every reason and move that occurred, the most frequent first. */
  counts(): readonly ReasonCount[] {
    return [...this.#found.values()]
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
}
