import type { Observation } from "./observe.js";
import { capacity, copyOfQuota, type QuotaState, refillRate } from "./quota-state.js";
import type { ResetState } from "./reset.js";

/** Others' use is judged over this many seconds at least, and over three headers' time. */
const OTHERS_SECONDS = 5;
const OTHERS_LAGS = 3;

/** The slope of the error is what others take: learnt slowly, so that rounding and reordering average out. */
export function learnOthers(quota: QuotaState, observation: Observation, correction: number): QuotaState {
  const { stamp, now, isLimitMoved } = observation;
  const { unit, variance, isFull, reset, others } = quota;
  const refill = refillRate(quota);
  if (refill === null || isLimitMoved || isFull || stamp.seq <= quota.anchoredSeq || reset.kind === "sliding")
    return quota;
  if (Math.abs(correction) > 5 * unit + 6 * Math.sqrt(variance) + 0.1 * capacity(quota)) return quota;
  const step = 5 * unit + (0.1 * variance) / unit;
  const wanted = others - Math.max(-step, Math.min(step, correction)) / judgedOver(quota, refill);
  const taken = Math.max(othersMin(reset) * refill, Math.min(0.9 * refill, wanted));
  const next = withOthers(quota, taken, stamp.sentAt, now);
  if (next.others > 0.05 * refill) next.sharedAt = now;
  return next;
}

/**
 * One of us tells of `units` that it sent, at `sentAt`. Where a header of a later send has told of the level already, they were in that:
 * they were taken for an error, and for what strangers take.
 */
export function toldLate(quota: QuotaState, units: number, sentAt: number): QuotaState {
  const { level, newestSentAt } = quota;
  if (level === null || newestSentAt === null || units === 0 || sentAt >= newestSentAt) return quota;
  const known = { ...quota, level: level + units, corrections: quota.corrections + units };
  const refill = refillRate(quota);
  if (refill === null || quota.others <= 0) return known;
  const taken = Math.max(0, quota.others - units / judgedOver(quota, refill));
  return withOthers(known, taken, newestSentAt, quota.at);
}

/** What others take is another since an instant, and so is what they have left until now. */
function withOthers(quota: QuotaState, others: number, since: number, now: number): ReturnType<typeof copyOfQuota> {
  const change = others - quota.others;
  const next = copyOfQuota(quota);
  next.others = others;
  next.othersMoment = quota.othersMoment + change * since;
  next.level = (quota.level ?? 0) - change * (now - since);
  return next;
}

/** Slower the more clients share: each one's answer to the others is delayed, and they must not swing together. In seconds. */
function judgedOver({ others, lag }: QuotaState, refill: number): number {
  const crowding = Math.min(6, refill / Math.max(0.1 * refill, refill - Math.max(0, others)));
  return Math.max(OTHERS_SECONDS, OTHERS_LAGS * lag) * crowding;
}

/** Below 0 the estimate repairs a window that was inferred too long; a told one leaves little to repair. */
function othersMin(reset: ResetState): number {
  if (reset.kind === "window") return 0;
  return reset.isWindowTold ? -0.02 : -0.5;
}
