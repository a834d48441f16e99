import type { BudgetSnapshot } from "../../flow/budgets.js";
import type { SluiceEvent } from "../../flow/event.js";
import type { Outcome } from "../../signal/signal.js";
import type { Point } from "./message.js";

/** Seconds that are kept of a key. */
export const SECONDS_MAX = 900;

/** What happened in one second. */
interface Second {
  readonly second: number;
  rate: number | null;
  limit: number | null;
  queued: number;
  inFlight: number;
  sent: number;
  accepted: number;
  throttled: number;
  overloaded: number;
  failed: number;
}

type Count = "accepted" | "throttled" | "overloaded" | "failed";

/** As what a try counts: a server that can't, for whatever reason, is overloaded. */
const COUNTS: Readonly<Record<Outcome, Count>> = {
  accepted: "accepted",
  throttled: "throttled",
  overloaded: "overloaded",
  saturated: "overloaded",
  exhausted: "throttled",
  failed: "failed",
};

/** One key over time, second by second. */
export class KeySeries {
  readonly #seconds: Second[] = [];
  /** Since when nobody has been told: the first second that may have changed. */
  #toldBefore = 0;

  take(event: SluiceEvent, second: number): void {
    if (event.type === "sent") this.#at(second).sent += 1;
    else if (event.type === "response") this.#at(second)[COUNTS[event.outcome]] += 1;
  }

  sample(row: BudgetSnapshot, second: number): void {
    const at = this.#at(second);
    at.rate = row.ratePerSecond ?? null;
    at.limit = row.limitPerSecond ?? null;
    at.queued = row.queued;
    at.inFlight = row.inFlight;
  }

  /** Tries sent since a second. */
  sentSince(second: number): number {
    let sum = 0;
    for (let index = this.#seconds.length - 1; index >= 0; index--) {
      const each = this.#seconds[index];
      if (each === undefined || each.second < second) break;
      sum += each.sent;
    }
    return sum;
  }

  all(): readonly Point[] {
    return this.#seconds.map(pointOf);
  }

  /** Those that may have changed since they were told. The last second goes on, and is told again. */
  fresh(): readonly Point[] {
    const first = this.#seconds.findLastIndex(({ second }) => second < this.#toldBefore) + 1;
    this.#toldBefore = this.#seconds.at(-1)?.second ?? 0;
    return this.#seconds.slice(first).map(pointOf);
  }

  #at(second: number): Second {
    const last = this.#seconds.at(-1);
    if (last !== undefined && second <= last.second) return last;
    const counts = { sent: 0, accepted: 0, throttled: 0, overloaded: 0, failed: 0 };
    const { rate, limit, queued, inFlight } = last ?? { rate: null, limit: null, queued: 0, inFlight: 0 };
    const next: Second = { second, rate, limit, queued, inFlight, ...counts };
    this.#seconds.push(next);
    if (this.#seconds.length > SECONDS_MAX) this.#seconds.shift();
    return next;
  }
}

function pointOf(at: Second): Point {
  const { second, rate, limit, queued, inFlight, sent, accepted, throttled, overloaded, failed } = at;
  return [second, rate, limit, queued, inFlight, sent, accepted, throttled, overloaded, failed];
}
