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

/** The generic cell rate algorithm: one instant a key, the theoretical arrival time, in the place of a bucket. */
export interface GcraOptions extends Rates {
  /** How much may come at once, in milliseconds of the rate (never less than one request). Default: one request. */
  readonly burstMs?: number;
}

/** When the next unit would come if all kept to the rate, by dimension, in milliseconds. */
type Arrivals = Record<Counted, number>;

/** Whoever waits for the moment comes at it, not a rounding error before it. In milliseconds. */
const ROUNDING_MS = 1e-6;

/**
 * Makes a GCRA limit. It lets in what a bucket would that is `burstMs` deep, and keeps its instants when the rate moves.
 *
 * @see ITU-T I.371, annex A
 */
export function createGcra(options: GcraOptions = {}): Limit {
  const burstMs = options.burstMs ?? 0;
  const rates = ratesOf(options);
  const arrivals = createKeyed<Arrivals>(() => ({
    requests: Number.NEGATIVE_INFINITY,
    tokens: Number.NEGATIVE_INFINITY,
  }));
  const intervalMs = (dimension: Counted): number => 1000 / rates[dimension];
  /** How far ahead of the clock the theoretical arrival time may run. */
  const depthMs = (dimension: Counted): number =>
    dimension === "requests" ? Math.max(burstMs, intervalMs(dimension)) : burstMs;

  function wait(nowMs: number, theoretical: Arrivals, arrival: Arrival, dimension: Counted): number {
    const units = costIn(arrival, dimension);
    if (units <= 0 || rates[dimension] === Number.POSITIVE_INFINITY) return 0;
    if (rates[dimension] === 0) return Number.POSITIVE_INFINITY;
    const spanMs = units * intervalMs(dimension);
    if (spanMs > depthMs(dimension) + ROUNDING_MS) return Number.POSITIVE_INFINITY;
    const waitMs = Math.max(nowMs, theoretical[dimension]) + spanMs - depthMs(dimension) - nowMs;
    return waitMs < ROUNDING_MS ? 0 : waitMs;
  }

  function charge(nowMs: number, theoretical: Arrivals, dimension: Counted, units: number): void {
    if (units === 0 || rates[dimension] === Number.POSITIVE_INFINITY || rates[dimension] === 0) return;
    theoretical[dimension] = Math.max(nowMs, theoretical[dimension]) + units * intervalMs(dimension);
  }

  return {
    admit(nowMs, arrival) {
      const theoretical = arrivals.get(arrival.key, nowMs);
      for (const dimension of COUNTED) {
        const waitMs = wait(nowMs, theoretical, arrival, dimension);
        if (waitMs === 0) continue;
        const neverFits = waitMs === Number.POSITIVE_INFINITY && rates[dimension] > 0;
        return throttledBy({ dimension, waitMs, neverFits });
      }
      for (const each of COUNTED) charge(nowMs, theoretical, each, costIn(arrival, each));
      return ACCEPTED;
    },
    waitMs(nowMs, arrival) {
      const theoretical = arrivals.get(arrival.key, nowMs);
      return Math.max(wait(nowMs, theoretical, arrival, "requests"), wait(nowMs, theoretical, arrival, "tokens"));
    },
    settle(nowMs, arrival) {
      const theoretical = arrivals.get(arrival.key, nowMs);
      for (const each of COUNTED) charge(nowMs, theoretical, each, arrival.cost[each] ?? 0);
    },
    change: (_nowMs, change) => moveRates(rates, change),
    allowed: () => rates,
    quotas(nowMs, key) {
      const theoretical = arrivals.get(key, nowMs);
      return COUNTED.flatMap((dimension): Quota[] => {
        const rate = rates[dimension];
        if (rate === Number.POSITIVE_INFINITY || rate === 0) return [];
        const windowMs = depthMs(dimension);
        const aheadMs = Math.max(0, theoretical[dimension] - nowMs);
        const remaining = Math.max(0, Math.floor(((windowMs - aheadMs) * rate) / 1000 + 1e-9));
        return [{ dimension, limit: Math.round(rate * windowMs) / 1000, remaining, windowMs, resetInMs: aheadMs }];
      });
    },
  };
}
