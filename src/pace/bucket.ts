/**
 * The pace of one budget: a generic cell rate algorithm, kept as its dual, the level of a bucket in units (ITU-T I.371
 * shows that the two are the same). Level 0 or more: the next send may go. Below: it waits until the debt has refilled.
 *
 * Units rather than a theoretical arrival time, because a change of rate then needs no rescaling, and because a step of
 * 5 µs added to an instant of years would be lost in rounding, while a level near zero loses nothing.
 */
export interface Bucket {
  /** Units, at `atMs`: above 0 credit for sends ahead of the pace, below 0 debt. */
  level: number;
  /** The same without credit for bursts: whether a send keeps to the pace alone. */
  paceLevel: number;
  atMs: number;
  /** Units a second, in (0, 1e9]. Change it with {@link rerate}. */
  ratePerSecond: number;
}

/** How much credit a bucket may hold. */
export interface BucketLimits {
  /** Sends of mean cost that may go at once after a pause, 1 or more; 1 sends strictly one at a time. */
  readonly burst: number;
  /** Credit is earned only since this instant; -Infinity for since ever. An instant to come leaves no credit, but is no gate. */
  readonly creditSinceMs: number;
  /** Units that one send costs on average; the burst is counted in them. */
  readonly meanCost: number;
  /**
   * Lateness that is made up for, in milliseconds; default 0. A timer of 1 ms can't wake 5,000 times a second: with 1 here,
   * what it missed in that millisecond goes at once and counts as paced. Conformance is then burst + rate x (t + slack).
   */
  readonly slackMs?: number;
}

/** Rounding must not turn "exactly due" into one more wait: debts below this share of a mean send go, and stay owed. */
const ROUNDING = 1e-9;

/** Part of a mean send by which a send may come early and still count as paced: a late timer isn't a burst. */
const EARLY = 0.5;

/** A bucket with all the credit that its limits allow: with a burst of 5, four sends beside the first. */
export function createBucket(nowMs: number, ratePerSecond: number): Bucket {
  return { level: Infinity, paceLevel: 0, atMs: nowMs, ratePerSecond: positive(ratePerSecond) };
}

/** Another rate from now on. Credit and debt stay what they are in units, so they become longer or shorter in time. */
export function rerate(bucket: Bucket, limits: BucketLimits, ratePerSecond: number, nowMs: number): void {
  if (ratePerSecond === bucket.ratePerSecond) return;
  // Only once it is settled: what was earned until now was earned at the old rate.
  settle(bucket, limits, nowMs);
  bucket.ratePerSecond = positive(ratePerSecond);
}

/** When the next send may go: `nowMs` if at once. Whatever it costs: a send larger than the bucket goes too, and leaves a debt. */
export function earliestMs(bucket: Bucket, limits: BucketLimits, nowMs: number): number {
  settle(bucket, limits, nowMs);
  if (bucket.level >= -ROUNDING * limits.meanCost) return nowMs;
  return Math.max(nowMs, bucket.atMs) - (1000 * bucket.level) / bucket.ratePerSecond;
}

/**
 * Takes what a send costs, in units; the next one waits cost / rate longer.
 *
 * @returns whether it went ahead of the pace, on credit.
 */
export function debit(bucket: Bucket, limits: BucketLimits, cost: number, nowMs: number): boolean {
  settle(bucket, limits, nowMs);
  const units = spendable(cost);
  const isBurst = bucket.paceLevel < -EARLY * limits.meanCost;
  bucket.level -= units;
  // As in the textbook, a cell that doesn't conform leaves the arrival time of the next alone.
  if (!isBurst) bucket.paceLevel -= units;
  return isBurst;
}

/** Undoes a debit whose send was cancelled before it left. `wasBurst` is what the debit returned. */
export function credit(bucket: Bucket, cost: number, wasBurst: boolean): void {
  const units = spendable(cost);
  bucket.level += units;
  if (!wasBurst) bucket.paceLevel += units;
}

function settle(bucket: Bucket, limits: BucketLimits, nowMs: number): void {
  // An instant before the last one earns nothing, and doesn't let the same time be earned twice.
  const earned = (Math.max(0, nowMs - bucket.atMs) * bucket.ratePerSecond) / 1000;
  const slack = ((limits.slackMs ?? 0) * bucket.ratePerSecond) / 1000;
  const forBurst = (limits.burst - 1) * limits.meanCost;
  // What a new bucket holds is for a burst; lateness has to be lived through.
  const tolerated = bucket.level === Infinity ? forBurst : Math.max(forBurst, slack);
  const sinceMs = Math.max(0, nowMs - limits.creditSinceMs);
  bucket.level = Math.min(bucket.level + earned, tolerated, (sinceMs * bucket.ratePerSecond) / 1000);
  bucket.paceLevel = Math.min(bucket.paceLevel + earned, slack);
  bucket.atMs = Math.max(bucket.atMs, nowMs);
}

function spendable(cost: number): number {
  // One NaN or Infinity in the level would hold the key for ever.
  return cost > 0 && cost < Infinity ? cost : 0;
}

function positive(ratePerSecond: number): number {
  if (ratePerSecond > 0) return ratePerSecond;
  throw new RangeError(`BUG: a bucket's rate must be above 0, got ${ratePerSecond}`);
}
