import type { LimitTraits } from "../signal/signal.js";
import { aheadOf, type DriftState, driftInitial } from "./drift.js";
import { type LivenessState, livenessInitial } from "./liveness.js";
import { createReset, type ResetState } from "./reset.js";
import type { QuotaShift } from "./shift.js";

/**
 * An advertised budget, estimated between the answers that tell of it. A header is a delayed measurement: it shows what
 * the server had left when it admitted that request. Each send therefore carries a stamp with the level predicted for
 * it; the answer is compared with that prediction, and only the difference is applied to the present (a Smith
 * predictor), so that an answer may take 20 s and cost nothing. Instants in seconds, amounts in units of the dimension.
 */
export interface QuotaState {
  /** Units that the server would still admit at `at`; may fall below 0. Null before the first `remaining`. */
  readonly level: number | null;
  readonly at: number;
  /** Sum of all corrections applied so far: the difference between two instants is what was learnt between them. */
  readonly corrections: number;
  /** Advances when the past stops mattering: the bucket is full, or a window starts. */
  readonly era: number;
  readonly isFull: boolean;
  /** Sequence number of the latest send, and the cost of all of them. */
  readonly seq: number;
  readonly sentTotal: number;
  /** Refusals and later charges that the newest applied header can't have seen. Bounded. */
  readonly shifts: readonly QuotaShift[];
  /** Mean cost of a send: the yardstick for all that would be "one request". */
  readonly unit: number;
  /** Sequence number of the newest answer applied, and when its request was sent. */
  readonly newest: number;
  readonly newestSentAt: number | null;
  /** Sequence number of the newest answer whose `remaining` the level has followed: refusals up to there are in it. */
  readonly measured: number;
  /** Last send made before the first anchor: its prediction was none. */
  readonly anchoredSeq: number;
  /** When the last valid header came. */
  readonly observedAt: number | null;
  readonly limit: number | null;
  /** Where that limit is going. */
  readonly drift: DriftState;
  /** When an answer last told of a limit that had fallen far: what was sent before was promised by another. */
  readonly loweredAt: number | null;
  /** Largest `remaining` seen since the limit last changed. */
  readonly remainingMax: number;
  /** Units a second that others take; below 0 where the refill is faster than stated. */
  readonly others: number;
  /** Sum over all changes of `others` of change x instant: lets older stamps take part in a change. */
  readonly othersMoment: number;
  /** Last instant at which others were taking more than a twentieth. */
  readonly sharedAt: number | null;
  /** Mean square of the prediction's error, in units squared. */
  readonly variance: number;
  /** Mean seconds from a send to its header. */
  readonly lag: number;
  /** A limit too far from the known one to be believed at once, and how many answers in a row have named it. */
  readonly strangeLimit: number | null;
  readonly strangeCount: number;
  readonly reset: ResetState;
  readonly liveness: LivenessState;
  /** Seconds until all who share the quota by a store have heard of what each has sent; 0 for one alone. */
  readonly hearing: number;
  readonly countsRefused: boolean;
  readonly isPerSecond: boolean;
}

/** What a send carries, so that its answer can be compared with what was predicted for it. */
export interface QuotaStamp {
  readonly seq: number;
  readonly sentAt: number;
  /** Predicted level just after this send. */
  readonly level: number | null;
  readonly corrections: number;
  readonly era: number;
  readonly sentTotal: number;
  readonly others: number;
  readonly othersMoment: number;
}

/** One quota as an answer stated it. Absent is absent; whatever makes no sense voids the whole reading. */
export interface QuotaReading {
  readonly limit?: number;
  readonly remaining?: number;
  /** Seconds. */
  readonly resetIn?: number;
  /** Seconds that `limit` counts, where the answer states it (not where a reader inferred it). */
  readonly window?: number;
}

/** Nothing read yet: only what the provider's documentation tells. */
export function createQuota(traits: LimitTraits): QuotaState {
  return {
    level: null,
    at: 0,
    corrections: 0,
    era: 0,
    isFull: false,
    seq: 0,
    sentTotal: 0,
    shifts: [],
    unit: 1,
    newest: 0,
    newestSentAt: null,
    measured: 0,
    anchoredSeq: 0,
    observedAt: null,
    limit: null,
    drift: driftInitial,
    loweredAt: null,
    remainingMax: 0,
    others: 0,
    othersMoment: 0,
    sharedAt: null,
    variance: 1,
    lag: 0.5,
    strangeLimit: null,
    strangeCount: 0,
    reset: createReset(traits),
    liveness: livenessInitial,
    hearing: 0,
    countsRefused: traits.countsRefused === true,
    isPerSecond: traits.isPerSecond === true,
  };
}

/** Units a second that the server says it gives back, or null while limit or window are unknown. */
export function refillRate(quota: QuotaState): number | null {
  const { window } = quota.reset;
  return quota.limit === null || window === null || window <= 0 ? null : quota.limit / window;
}

/** The same at `now`: a limit that has been rising goes on, unseen, until the next header. */
export function refillNow(quota: QuotaState, now: number): number | null {
  const refill = refillRate(quota);
  return refill === null ? null : refill * aheadOf(quota.drift, now - (quota.newestSentAt ?? now));
}

/** Most units that may be left at once; Infinity while no limit is known. */
export function capacity(quota: QuotaState): number {
  return quota.limit === null
    ? Number.POSITIVE_INFINITY
    : Math.max(quota.remainingMax, quota.limit * quota.reset.depth);
}

/** Which way the advertised limit moved between two states: what is fed forward, once. */
export function limitMoved(before: QuotaState, after: QuotaState): "raised" | "lowered" | null {
  if (before.limit === null || after.limit === null || after.limit === before.limit) return null;
  return after.limit > before.limit ? "raised" : "lowered";
}

/**
 * A copy to be changed before anybody else sees it. Spelled out because it runs several times at every try: V8 copies a
 * literal of known fields some forty times faster than a spread with replacements.
 */
export function copyOfQuota(quota: QuotaState): { -readonly [Part in keyof QuotaState]: QuotaState[Part] } {
  return {
    level: quota.level,
    at: quota.at,
    corrections: quota.corrections,
    era: quota.era,
    isFull: quota.isFull,
    seq: quota.seq,
    sentTotal: quota.sentTotal,
    shifts: quota.shifts,
    unit: quota.unit,
    newest: quota.newest,
    newestSentAt: quota.newestSentAt,
    measured: quota.measured,
    anchoredSeq: quota.anchoredSeq,
    observedAt: quota.observedAt,
    limit: quota.limit,
    drift: quota.drift,
    loweredAt: quota.loweredAt,
    remainingMax: quota.remainingMax,
    others: quota.others,
    othersMoment: quota.othersMoment,
    sharedAt: quota.sharedAt,
    variance: quota.variance,
    lag: quota.lag,
    strangeLimit: quota.strangeLimit,
    strangeCount: quota.strangeCount,
    reset: quota.reset,
    liveness: quota.liveness,
    hearing: quota.hearing,
    countsRefused: quota.countsRefused,
    isPerSecond: quota.isPerSecond,
  };
}
