import type { Quota } from "../../src/signal/signal.js";
import { createKeyed } from "./keyed.js";
import {
  ACCEPTED,
  type Arrival,
  COUNTED,
  type Counted,
  costIn,
  type Limit,
  moveRates,
  type Rates,
  ratesOf,
  throttledBy,
} from "./limit.js";

/** A sliding log: over any window that ends now no more than the limit. The rates are those over a window. */
export interface SlidingOptions extends Rates {
  /** Length of the window in milliseconds. Default 60,000. */
  readonly windowMs?: number;
  /** Whether refused requests are in the log too, so that hammering locks out for good. Default false. */
  readonly countsRefused?: boolean;
}

/** Whoever waits for the oldest to leave comes when it has left, not a rounding error before it. In milliseconds. */
const ROUNDING_MS = 1e-6;

/** Makes a sliding-log limit: exact, and with a memory of everything let in within the window. */
export function createSlidingLog(options: SlidingOptions = {}): Limit {
  const windowMs = options.windowMs ?? 60_000;
  const rates = ratesOf(options);
  const logs = createKeyed(() => new Log(windowMs));
  const size = (dimension: Counted): number => Math.floor((rates[dimension] * windowMs) / 1000 + 1e-9);

  function logAt(nowMs: number, key: string): Log {
    const log = logs.get(key, nowMs);
    log.forget(nowMs);
    return log;
  }

  function wait(nowMs: number, log: Log, arrival: Arrival, dimension: Counted): number {
    const cost = costIn(arrival, dimension);
    if (cost > size(dimension)) return Number.POSITIVE_INFINITY;
    return log.msUntil(nowMs, dimension, size(dimension) - cost);
  }

  return {
    admit(nowMs, arrival) {
      const log = logAt(nowMs, arrival.key);
      const short = COUNTED.find((each) => log.sum[each] + costIn(arrival, each) > size(each));
      if (short === undefined) {
        log.add(nowMs, costIn(arrival, "requests"), costIn(arrival, "tokens"));
        return ACCEPTED;
      }
      if (options.countsRefused) log.add(nowMs, costIn(arrival, "requests"), 0);
      const neverFits = size(short) > 0 && costIn(arrival, short) > size(short);
      return throttledBy({ dimension: short, waitMs: wait(nowMs, log, arrival, short), neverFits });
    },
    waitMs(nowMs, arrival) {
      const log = logAt(nowMs, arrival.key);
      return Math.max(wait(nowMs, log, arrival, "requests"), wait(nowMs, log, arrival, "tokens"));
    },
    settle(nowMs, arrival) {
      const { requests = 0, tokens = 0 } = arrival.cost;
      if (requests !== 0 || tokens !== 0) logAt(nowMs, arrival.key).add(nowMs, requests, tokens);
    },
    change: (_nowMs, change) => moveRates(rates, change),
    allowed: () => rates,
    quotas(nowMs, key) {
      const log = logAt(nowMs, key);
      const resetInMs = log.oldestLeavesInMs(nowMs);
      return COUNTED.flatMap((dimension): Quota[] => {
        const limit = size(dimension);
        if (limit === Number.POSITIVE_INFINITY) return [];
        return [
          { dimension, limit, remaining: Math.max(0, Math.floor(limit - log.sum[dimension])), windowMs, resetInMs },
        ];
      });
    },
  };
}

interface Entry {
  readonly atMs: number;
  readonly requests: number;
  readonly tokens: number;
}

/** What came within a window, oldest first. */
class Log {
  readonly sum: Record<Counted, number> = { requests: 0, tokens: 0 };
  readonly #windowMs: number;
  readonly #entries: Entry[] = [];
  /** Where the oldest entry that still counts stands. */
  #first = 0;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  add(atMs: number, requests: number, tokens: number): void {
    this.#entries.push({ atMs, requests, tokens });
    this.sum.requests += requests;
    this.sum.tokens += tokens;
  }

  forget(nowMs: number): void {
    for (let entry = this.#entries[this.#first]; entry !== undefined; entry = this.#entries[this.#first]) {
      if (this.#leavesInMs(entry, nowMs) > 0) break;
      this.sum.requests -= entry.requests;
      this.sum.tokens -= entry.tokens;
      this.#first++;
    }
    if (this.#first * 2 < this.#entries.length || this.#first < 64) return;
    this.#entries.splice(0, this.#first);
    this.#first = 0;
  }

  /** Milliseconds until no more than `most` units are left of what is in the log now. */
  msUntil(nowMs: number, dimension: Counted, most: number): number {
    let left = this.sum[dimension];
    let waitMs = 0;
    for (let index = this.#first; left > most; index++) {
      const entry = this.#entries[index];
      if (entry === undefined) return Number.POSITIVE_INFINITY;
      left -= entry[dimension];
      waitMs = this.#leavesInMs(entry, nowMs);
    }
    return waitMs;
  }

  oldestLeavesInMs(nowMs: number): number {
    const oldest = this.#entries[this.#first];
    return oldest === undefined ? 0 : this.#leavesInMs(oldest, nowMs);
  }

  #leavesInMs(entry: Entry, nowMs: number): number {
    const leavesInMs = entry.atMs + this.#windowMs - nowMs;
    return leavesInMs < ROUNDING_MS ? 0 : leavesInMs;
  }
}
