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

/** A fixed window: a count that starts again at 0 at each multiple of the window. The rates are those over a window. */
export interface WindowOptions extends Rates {
  /** Length of the window in milliseconds. Default 60,000. */
  readonly windowMs?: number;
  /** When a window begins, in milliseconds from the start. Default 0. */
  readonly phaseMs?: number;
  /** Whether refused requests are counted too. Default false. */
  readonly countsRefused?: boolean;
}

interface Counts {
  window: number;
  readonly spent: Record<Counted, number>;
}

/** Whoever waits for the reset comes at it, not a rounding error before it. In windows. */
const ROUNDING = 1e-9;

/** Makes a fixed-window limit. It lets a whole window's worth in at once, and nothing more until the next begins. */
export function createFixedWindow(options: WindowOptions = {}): Limit {
  const windowMs = options.windowMs ?? 60_000;
  const phaseMs = options.phaseMs ?? 0;
  const rates = ratesOf(options);
  const counts = createKeyed<Counts>((nowMs) => ({ window: windowAt(nowMs), spent: { requests: 0, tokens: 0 } }));
  const windowAt = (nowMs: number): number => Math.floor((nowMs - phaseMs) / windowMs + ROUNDING);
  const resetInMs = (nowMs: number): number => (windowAt(nowMs) + 1) * windowMs + phaseMs - nowMs;
  const size = (dimension: Counted): number => Math.floor((rates[dimension] * windowMs) / 1000 + 1e-9);

  function spentAt(nowMs: number, key: string): Record<Counted, number> {
    const current = counts.get(key, nowMs);
    const window = windowAt(nowMs);
    if (current.window !== window) {
      current.window = window;
      current.spent.requests = 0;
      current.spent.tokens = 0;
    }
    return current.spent;
  }

  function shortIn(spent: Readonly<Record<Counted, number>>, arrival: Arrival): Counted | undefined {
    return COUNTED.find((each) => spent[each] + costIn(arrival, each) > size(each));
  }

  /** What doesn't fit into an empty window either must wait for a move. */
  function waitFor(nowMs: number, arrival: Arrival, isShort: boolean): number {
    if (COUNTED.some((each) => costIn(arrival, each) > size(each))) return Number.POSITIVE_INFINITY;
    return isShort ? resetInMs(nowMs) : 0;
  }

  return {
    admit(nowMs, arrival) {
      const spent = spentAt(nowMs, arrival.key);
      const short = shortIn(spent, arrival);
      if (short === undefined) {
        for (const each of COUNTED) spent[each] += costIn(arrival, each);
        return ACCEPTED;
      }
      if (options.countsRefused) spent.requests += 1;
      const neverFits = size(short) > 0 && costIn(arrival, short) > size(short);
      const waitMs = neverFits ? Number.POSITIVE_INFINITY : resetInMs(nowMs);
      return throttledBy({ dimension: short, waitMs, neverFits });
    },
    waitMs: (nowMs, arrival) => waitFor(nowMs, arrival, shortIn(spentAt(nowMs, arrival.key), arrival) !== undefined),
    settle(nowMs, arrival) {
      const spent = spentAt(nowMs, arrival.key);
      for (const each of COUNTED) spent[each] += arrival.cost[each] ?? 0;
    },
    change: (_nowMs, change) => moveRates(rates, change),
    allowed: () => rates,
    quotas(nowMs, key) {
      const spent = spentAt(nowMs, key);
      const times = { resetInMs: resetInMs(nowMs), windowMs };
      return COUNTED.flatMap((each) => quotaOf(each, { limit: size(each), spent: spent[each] }, times));
    },
  };
}

function quotaOf(
  dimension: Counted,
  { limit, spent }: { readonly limit: number; readonly spent: number },
  times: { readonly resetInMs: number; readonly windowMs: number },
): Quota[] {
  if (limit === Number.POSITIVE_INFINITY) return [];
  return [{ dimension, limit, remaining: Math.floor(Math.max(0, limit - spent)), ...times }];
}
