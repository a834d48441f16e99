import type { Bucket } from "./bucket.js";
import { type Arrival, type Counted, costIn } from "./limit.js";

/** Why a request doesn't fit now. */
export interface Shortage {
  readonly dimension: Counted;
  /** Infinity where waiting doesn't help. */
  readonly waitMs: number;
  /** Whether it is larger than the whole bucket (a closed gate, of capacity 0, may open again). */
  readonly neverFits: boolean;
}

/** The dimension in which a request must wait longest, requests before tokens; undefined if it fits in each. */
export function shortageOf(
  nowMs: number,
  buckets: Readonly<Record<Counted, Bucket>>,
  arrival: Arrival,
): Shortage | undefined {
  const requestsMs = buckets.requests.waitFor(nowMs, costIn(arrival, "requests"));
  const tokensMs = buckets.tokens.waitFor(nowMs, costIn(arrival, "tokens"));
  if (requestsMs === 0 && tokensMs === 0) return undefined;
  const dimension: Counted = tokensMs > requestsMs ? "tokens" : "requests";
  const waitMs = Math.max(requestsMs, tokensMs);
  return { dimension, waitMs, neverFits: waitMs === Number.POSITIVE_INFINITY && buckets[dimension].capacity > 0 };
}
