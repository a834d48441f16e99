import { type Limit, retryAfter } from "./limit.js";

/** A model that must be loaded before it answers. */
export interface ColdStartOptions {
  /** It answers 503 for so long after the first request, in milliseconds. Default 0: it is warm. */
  readonly coldStartMs?: number;
  /** It is unloaded once nobody asked for so long, in milliseconds. Default: never. */
  readonly unloadAfterMs?: number;
}

/** Puts a model that has to be loaded before its limit: the first request begins that, and gets 503 like all until it ends. */
export function withColdStart(limit: Limit, options: ColdStartOptions): Limit {
  const { coldStartMs = 0, unloadAfterMs = Number.POSITIVE_INFINITY } = options;
  if (coldStartMs === 0) return limit;
  let isAsked = false;
  let warmAtMs = 0;
  let askedAtMs = 0;
  const isUnloaded = (nowMs: number): boolean => !isAsked || nowMs - askedAtMs >= unloadAfterMs;
  return {
    ...limit,
    admit(nowMs, arrival) {
      if (isUnloaded(nowMs)) warmAtMs = nowMs + coldStartMs;
      isAsked = true;
      askedAtMs = nowMs;
      return nowMs < warmAtMs
        ? { outcome: "overloaded", ...retryAfter(warmAtMs - nowMs) }
        : limit.admit(nowMs, arrival);
    },
    // Somebody has to ask first, or it is never loaded.
    waitMs: (nowMs, arrival) => (isUnloaded(nowMs) ? 0 : Math.max(warmAtMs - nowMs, limit.waitMs(nowMs, arrival))),
  };
}
