import type { Bucket } from "./bucket.js";
import { type Arrival, COUNTED, type Counted, costIn } from "./limit.js";

/** Why a request doesn't fit now. */
export interface Shortage {
  readonly dimension: Counted;
  /** Infinity where waiting doesn't help. */
  readonly waitMs: number;
  /** Whether it is larger than the whole bucket (a closed gate, of capacity 0, may open again). */
  readonly neverFits: boolean;
}

/** The dimension in which a request must wait longest; undefined if it fits in each. */
export function shortageOf(
  nowMs: number,
  buckets: Readonly<Record<Counted, Bucket>>,
  arrival: Arrival,
): Shortage | undefined {
  const [worst] = COUNTED.map((dimension) => {
    const bucket = buckets[dimension];
    const waitMs = bucket.waitFor(nowMs, costIn(arrival, dimension));
    return { dimension, waitMs, neverFits: waitMs === Number.POSITIVE_INFINITY && bucket.capacity > 0 };
  }).sort((a, b) => b.waitMs - a.waitMs);
  return worst === undefined || worst.waitMs === 0 ? undefined : worst;
}
