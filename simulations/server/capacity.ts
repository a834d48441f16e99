import { type Bucket, createBucket } from "./bucket.js";
import { type Limit, movedRate, retryAfter } from "./limit.js";

/** What a platform carries for everybody together. */
export interface CapacityOptions {
  /** Requests a second. Default: unlimited. */
  readonly capacityPerSecond?: number;
  /** Bursts that it smooths away, in milliseconds of its capacity. Default 2,000. */
  readonly smoothingMs?: number;
}

/** Bursts that a platform smooths away, in milliseconds of its capacity. */
const SMOOTHING_MS = 2_000;

/** What a platform carries, as a bucket at the instant 0. */
export function createCapacity(options: CapacityOptions): Bucket {
  return createBucket(0, {
    ratePerSecond: options.capacityPerSecond ?? Number.POSITIVE_INFINITY,
    depthMs: options.smoothingMs ?? SMOOTHING_MS,
  });
}

/**
 * Puts a limit behind a platform of finite capacity: what that can't carry gets 503, and is charged to nobody. Limits that
 * are given the same `capacity` are carried by one platform.
 */
export function withCapacity(limit: Limit, options: CapacityOptions, capacity = createCapacity(options)): Limit {
  return {
    ...limit,
    admit(nowMs, arrival) {
      const waitMs = capacity.waitFor(nowMs, 1);
      if (waitMs > 0) return { outcome: "overloaded", ...retryAfter(waitMs) };
      const admission = limit.admit(nowMs, arrival);
      if (admission.outcome === "accepted") capacity.take(nowMs, 1);
      return admission;
    },
    waitMs: (nowMs, arrival) => Math.max(capacity.waitFor(nowMs, 1), limit.waitMs(nowMs, arrival)),
    change(nowMs, change) {
      limit.change(nowMs, change);
      capacity.setRate(nowMs, movedRate(capacity.ratePerSecond, change.capacityPerSecond));
    },
    allowed(nowMs, key) {
      const { requests, tokens } = limit.allowed(nowMs, key);
      return { requests: Math.min(requests, capacity.ratePerSecond), tokens };
    },
  };
}
