import type { Dimension } from "../../src/cost.js";
import type { Quota } from "../../src/signal/signal.js";

/** A bucket of permissions that refills: how servers count. Starts full. */
export interface Bucket {
  /** What is in it, at most its capacity. Below 0 where more was charged afterwards than was left. */
  level(nowMs: number): number;
  /** Takes units out (puts them back where negative) and doesn't ask whether they are there. */
  take(nowMs: number, units: number): void;
  /** Milliseconds until `units` are in it: 0 if they are now, Infinity if they never fit. */
  waitFor(nowMs: number, units: number): number;
  /** What was earned at the old rate stays, up to the new capacity. */
  setRate(nowMs: number, ratePerSecond: number): void;
  readonly ratePerSecond: number;
  readonly capacity: number;
}

/** How a bucket is shaped. */
export interface BucketOptions {
  /** Refill, in units a second. 0 is a closed gate. */
  readonly ratePerSecond: number;
  /** Its capacity is what refills in this time. */
  readonly depthMs: number;
  /** The least capacity, so that a slow bucket can hold one request. Default 1. */
  readonly capacityMin?: number;
}

/** A level this close to what is asked is enough: refills at 1/3 a second would otherwise miss by a rounding error. */
const ROUNDING = 1e-9;

/** Makes a full {@link Bucket}. */
export function createBucket(nowMs: number, { ratePerSecond, depthMs, capacityMin = 1 }: BucketOptions): Bucket {
  const capacityAt = (rate: number): number => {
    if (rate === 0 || rate === Number.POSITIVE_INFINITY) return rate;
    return Math.max(capacityMin, (rate * depthMs) / 1000);
  };
  let rate = ratePerSecond;
  let capacity = capacityAt(rate);
  let storedLevel = capacity;
  let atMs = nowMs;

  const level = (now: number): number => {
    if (now > atMs) {
      storedLevel = rate === Number.POSITIVE_INFINITY ? capacity : storedLevel + ((now - atMs) / 1000) * rate;
      atMs = now;
    }
    storedLevel = Math.min(capacity, storedLevel);
    return storedLevel;
  };

  return {
    level,
    take(now, units) {
      storedLevel = level(now) - (capacity === Number.POSITIVE_INFINITY ? 0 : units);
    },
    waitFor(now, units) {
      if (rate === Number.POSITIVE_INFINITY) return 0;
      const missing = units - level(now);
      if (missing <= ROUNDING * Math.max(1, units)) return 0;
      return units > capacity * (1 + ROUNDING) ? Number.POSITIVE_INFINITY : (missing / rate) * 1000;
    },
    setRate(now, ratePerSecond) {
      level(now);
      rate = ratePerSecond;
      const before = capacity;
      capacity = capacityAt(rate);
      // A bucket that was unlimited, or closed, has earned nothing that could be carried over.
      if (before === Number.POSITIVE_INFINITY || before === 0) storedLevel = capacity;
      storedLevel = Math.min(capacity, storedLevel);
    },
    get ratePerSecond() {
      return rate;
    },
    get capacity() {
      return capacity;
    },
  };
}

/**
 * What a server would tell of a bucket: `limit` counts `windowMs`, `resetInMs` is the time until it is full. None for
 * an unlimited one.
 */
export function bucketQuota(
  nowMs: number,
  bucket: Bucket,
  { dimension, windowMs }: { readonly dimension: Dimension; readonly windowMs: number },
): Quota[] {
  const rate = bucket.ratePerSecond;
  if (rate === Number.POSITIVE_INFINITY) return [];
  const level = Math.max(0, bucket.level(nowMs));
  const quota = {
    dimension,
    limit: Math.round(rate * windowMs) / 1000,
    remaining: Math.floor(level + ROUNDING),
    windowMs,
  };
  return [rate === 0 ? quota : { ...quota, resetInMs: ((bucket.capacity - level) / rate) * 1000 }];
}
