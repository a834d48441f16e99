import type { LimitTraits } from "../signal/signal.js";
import { aheadOf, type DriftState, driftInitial } from "./drift.js";
import type { LivenessState } from "./liveness.js";
import { livenessInitial } from "./liveness.js";
import type { ResetState } from "./reset.js";
import { createReset } from "./reset.js";
import type { QuotaShift } from "./shift.js";
import { insertShift } from "./shift.js";
import { rollWindow } from "./window.js";

/** Weight of the newest cost in the mean cost of a send. */
const UNIT_GAIN = 0.05;

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
    countsRefused: quota.countsRefused,
    isPerSecond: quota.isPerSecond,
  };
}

/** The estimate carried forward to `now`: others take, the bucket refills, windows begin anew. */
export function predict(quota: QuotaState, now: number): QuotaState {
  const elapsed = now - quota.at;
  if (quota.level === null || elapsed <= 0) return quota;
  return quota.reset.kind === "window"
    ? predictWindow(quota, quota.level, now, elapsed)
    : predictRefill(quota, quota.level, now, elapsed);
}

function predictRefill(quota: QuotaState, level: number, now: number, elapsed: number): QuotaState {
  const next = level + ((refillNow(quota, now) ?? 0) - quota.others) * elapsed;
  const full = capacity(quota);
  const then = copyOfQuota(quota);
  then.at = now;
  then.isFull = next >= full;
  then.level = then.isFull ? full : next;
  if (then.isFull && !quota.isFull) then.era = quota.era + 1;
  return then;
}

function predictWindow(quota: QuotaState, level: number, now: number, elapsed: number): QuotaState {
  const reset = rollWindow(quota.reset, now);
  const others = Math.max(0, quota.others);
  if (reset === quota.reset) {
    const then = copyOfQuota(quota);
    then.level = level - others * elapsed;
    then.at = now;
    return then;
  }
  const sinceReset = reset.end === null || reset.window === null ? 0 : now - (reset.end + reset.skew - reset.window);
  const whole = quota.limit ?? Math.max(level, quota.remainingMax);
  return { ...quota, level: whole - others * Math.max(0, sinceReset), at: now, era: quota.era + 1, reset };
}

/** Counts a send of `cost` units, and stamps it with the level predicted for it. */
export function quotaSend(
  quota: QuotaState,
  now: number,
  cost: number,
): { readonly quota: QuotaState; readonly stamp: QuotaStamp } {
  const then = predict(quota, now);
  const isFirst = then.sentTotal === 0 && cost > 0;
  const next = copyOfQuota(then);
  if (then.level !== null) next.level = then.level - cost;
  next.isFull = then.isFull && cost <= 0;
  next.seq = then.seq + 1;
  next.sentTotal = then.sentTotal + cost;
  if (isFirst) {
    next.unit = cost;
    next.variance = cost * cost;
  } else if (cost > 0) next.unit = then.unit + UNIT_GAIN * (cost - then.unit);
  const stamp: QuotaStamp = {
    seq: next.seq,
    sentAt: now,
    level: next.level,
    corrections: next.corrections,
    era: next.era,
    sentTotal: next.sentTotal,
    others: next.others,
    othersMoment: next.othersMoment,
  };
  return { quota: next, stamp };
}

/**
 * What is known now of the level just before the stamped send of `cost`: the prediction made then, with all that was
 * learnt since. Ask before its own refusal is counted. Absent where nothing had been predicted.
 */
export function levelBefore(quota: QuotaState, stamp: QuotaStamp, cost: number): number | undefined {
  return stamp.level === null ? undefined : stamp.level + cost + learntSince(quota, stamp);
}

/** What was learnt since the stamped send that bears on the level it left behind. */
export function learntSince(quota: QuotaState, stamp: QuotaStamp): number {
  // A change of others' use learnt from an answer holds from that answer's send on, so a younger send has its share.
  const byOthers = (quota.others - stamp.others) * stamp.sentAt - (quota.othersMoment - stamp.othersMoment);
  let learnt = quota.corrections - stamp.corrections - byOthers;
  for (const shift of quota.shifts) if (shift.isApplied && shift.seq > stamp.seq) learnt -= shift.amount;
  return learnt;
}

/** Own use after the stamped send: what its answer can't have seen. */
export function usedSince(quota: QuotaState, stamp: QuotaStamp): number {
  let used = quota.sentTotal - stamp.sentTotal;
  for (const shift of quota.shifts) if (shift.seq > stamp.seq) used -= shift.amount;
  return used;
}

/** The stamped send was not charged after all: refused, here or by another budget of the same request. */
export function quotaVoid(quota: QuotaState, stamp: QuotaStamp, cost: number): QuotaState {
  // An answer to a younger request has shown the level already, without this one in it.
  if (quota.countsRefused || stamp.seq <= quota.measured || quota.shifts.some((shift) => shift.seq === stamp.seq)) {
    return quota;
  }
  // Where an era has ended since, the level started anew and this send isn't in it.
  return withShift(quota, stamp.seq, cost, stamp.era === quota.era);
}

/** The server charged `amount` more, now, for a request that it let in earlier (less, if negative). */
export function quotaCharge(quota: QuotaState, now: number, amount: number): QuotaState {
  const then = predict(quota, now);
  return amount === 0 ? then : withShift(then, then.seq + 1, -amount, true);
}

function withShift(quota: QuotaState, seq: number, amount: number, counts: boolean): QuotaState {
  const isApplied = counts && quota.level !== null;
  const shifts = insertShift(quota.shifts, { seq, amount, isApplied });
  if (quota.level === null || !isApplied) return { ...quota, shifts };
  return {
    ...quota,
    shifts,
    level: Math.min(quota.level + amount, capacity(quota)),
    corrections: quota.corrections + amount,
  };
}
