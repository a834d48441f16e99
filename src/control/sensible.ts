import type { QuotaReading, QuotaState } from "./quota-state.js";

/** A change of the limit beyond this factor is taken for garbage at first, and believed if it is insisted upon. */
const LIMIT_FACTOR_MAX = 100;
const STRANGE_NEEDED = 8;
/** No budget has more units: beyond, sums would lose them. */
const AMOUNT_MAX = 1e15;
/** Nor is any limit smaller: what it gives back in a millisecond would be no number any more. */
const LIMIT_MIN = 1e-9;
/** Most that may be left, as a multiple of the capacity. */
const REMAINING_FACTOR_MAX = 3;
/** Longest reset that makes sense, in seconds: a month's budget has one of 31 days. */
const RESET_MAX = 35 * 86400;
/** Shortest window that makes sense, in seconds. */
const WINDOW_MIN = 0.001;

/** Whether a reading makes sense for this quota: one absurd field condemns all of it. */
export function isSensible(quota: QuotaState, reading: QuotaReading): boolean {
  const { limit, remaining, resetIn, window } = reading;
  if (limit === undefined && remaining === undefined) return false;
  if (limit !== undefined && !(isLimit(limit) && !isStrange(quota, limit))) return false;
  if (resetIn !== undefined && !(isAmount(resetIn) && resetIn <= RESET_MAX)) return false;
  if (window !== undefined && !(window >= WINDOW_MIN && window <= RESET_MAX)) return false;
  if (remaining === undefined) return true;
  const known = limit ?? quota.limit;
  return isAmount(remaining) && (known === null || remaining <= REMAINING_FACTOR_MAX * known * quota.reset.depth);
}

function isAmount(value: number): boolean {
  return value >= 0 && value <= AMOUNT_MAX;
}

function isLimit(value: number): boolean {
  return value >= LIMIT_MIN && value <= AMOUNT_MAX;
}

function isStrange(quota: QuotaState, limit: number): boolean {
  return (
    quota.limit !== null &&
    (limit > LIMIT_FACTOR_MAX * quota.limit || limit < quota.limit / LIMIT_FACTOR_MAX) &&
    !(quota.strangeLimit === limit && quota.strangeCount >= STRANGE_NEEDED)
  );
}

/** A limit hundreds of times another is garbage, unless answer after answer insists on it. */
export function noteStrange(quota: QuotaState, { limit }: QuotaReading): QuotaState {
  if (limit === undefined || !isLimit(limit) || !isStrange(quota, limit)) return quota;
  const strangeCount = quota.strangeLimit === limit ? quota.strangeCount + 1 : 1;
  return { ...quota, strangeLimit: limit, strangeCount };
}
