import type { Quota } from "../../src/signal/signal.js";
import { createKeyed } from "./keyed.js";
import { type Admission, COUNTED, type Counted, costIn, type Limit, movedRate, throttledBy } from "./limit.js";

/** A fixed window: a count that starts again at 0 at each multiple of the window. */
export interface WindowOptions {
  /** Requests a second, on average over a window. Default: unlimited. */
  readonly requestsPerSecond?: number;
  /** Tokens a second, on average over a window. Default: unlimited. */
  readonly tokensPerSecond?: number;
  /** Length of the window in milliseconds. Default 60,000. */
  readonly windowMs?: number;
  /** Whether refused requests are counted too. Default false. */
  readonly countsRefused?: boolean;
}

interface Counts {
  window: number;
  spent: Record<Counted, number>;
}

/** Makes a fixed-window limit. It lets a whole window's worth in at once, and nothing more until the next begins. */
export function createFixedWindow(options: WindowOptions = {}): Limit {
  const windowMs = options.windowMs ?? 60_000;
  const rates: Record<Counted, number> = {
    requests: options.requestsPerSecond ?? Number.POSITIVE_INFINITY,
    tokens: options.tokensPerSecond ?? Number.POSITIVE_INFINITY,
  };
  const counts = createKeyed<Counts>((nowMs) => ({ window: windowAt(nowMs), spent: { requests: 0, tokens: 0 } }));
  const windowAt = (nowMs: number): number => Math.floor(nowMs / windowMs);
  const size = (dimension: Counted): number => Math.floor((rates[dimension] * windowMs) / 1000 + 1e-9);

  function countsAt(nowMs: number, key: string): Counts {
    const current = counts.get(key, nowMs);
    if (current.window !== windowAt(nowMs)) {
      current.window = windowAt(nowMs);
      current.spent = { requests: 0, tokens: 0 };
    }
    return current;
  }

  return {
    admit(nowMs, arrival): Admission {
      const { spent } = countsAt(nowMs, arrival.key);
      const resetInMs = (windowAt(nowMs) + 1) * windowMs - nowMs;
      const short = COUNTED.find((each) => spent[each] + costIn(arrival, each) > size(each));
      if (short === undefined) for (const each of COUNTED) spent[each] += costIn(arrival, each);
      else if (options.countsRefused) spent.requests += 1;
      const quotas = COUNTED.flatMap((each) => quotaOf(each, size(each), spent[each], { resetInMs, windowMs }));
      if (short === undefined) return { outcome: "accepted", quotas };
      const neverFits = size(short) > 0 && costIn(arrival, short) > size(short);
      const waitMs = neverFits ? Number.POSITIVE_INFINITY : resetInMs;
      return { ...throttledBy({ dimension: short, waitMs, neverFits }), quotas };
    },
    settle(nowMs, arrival) {
      const { spent } = countsAt(nowMs, arrival.key);
      for (const each of COUNTED) spent[each] += arrival.cost[each] ?? 0;
    },
    change(_nowMs, change) {
      rates.requests = movedRate(rates.requests, change.requestsPerSecond);
      rates.tokens = movedRate(rates.tokens, change.tokensPerSecond);
    },
    allowed: () => rates,
  };
}

function quotaOf(
  dimension: Counted,
  limit: number,
  spent: number,
  times: { readonly resetInMs: number; readonly windowMs: number },
): Quota[] {
  if (limit === Number.POSITIVE_INFINITY) return [];
  return [{ dimension, limit, remaining: Math.floor(Math.max(0, limit - spent)), ...times }];
}
