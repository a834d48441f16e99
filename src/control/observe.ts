import { learnDrift } from "./drift.js";
import { oldWindow } from "./late.js";
import { readLiveness } from "./liveness.js";
import { learnOthers } from "./others.js";
import { learntSince, predict, usedSince } from "./quota.js";
import type { QuotaReading, QuotaStamp, QuotaState } from "./quota-state.js";
import { capacity, copyOfQuota, refillRate } from "./quota-state.js";
import type { ResetSample, ResetState } from "./reset.js";
import { readReset, withPrevious } from "./reset.js";
import { isSensible, noteStrange } from "./sensible.js";
import { dropShifts } from "./shift.js";
import { implyReset, isEndSupposed, isEndUnstated } from "./unstated.js";
import { latestEnd, readWindow } from "./window.js";

/** A late reset is waited for so long before the next look, in seconds: its own header may be rounded down to 0. */
const RETRY_MIN = 0.3;
const RETRY_MAX = 2;
const LAG_GAIN = 0.1;
/** Below this share of what it was a limit has fallen; less is the drift of one that follows its use. */
const FALLEN = 0.9;

/**
 * The quota after an answer told of it. Answers count in the order of their sends: one that is older than the newest
 * applied, or the same again, changes nothing; nor does one that makes no sense.
 */
export function observe(
  quota: QuotaState,
  now: number,
  stamp: QuotaStamp,
  reading: QuotaReading,
  isRefused: boolean,
): QuotaState {
  if (stamp.seq <= quota.newest || stamp.sentAt < (quota.newestSentAt ?? stamp.sentAt)) return quota;
  if (!isSensible(quota, reading)) return noteStrange(quota, reading);
  const { quota: known, isLimitMoved } = learnLimit(predict(quota, now), now, stamp, reading, isRefused);
  const { remaining } = reading;
  if (remaining === undefined) return clip(known);
  return clip(
    observeRemaining({ before: quota, quota: known, now, stamp, reading, isRefused, remaining, isLimitMoved }),
  );
}

/** A limit that has come down leaves no more than itself. */
function clip(quota: QuotaState): QuotaState {
  const full = capacity(quota);
  if (quota.level === null || quota.level <= full) return quota;
  return { ...quota, level: full, corrections: quota.corrections + full - quota.level };
}

function learnLimit(
  quota: QuotaState,
  now: number,
  stamp: QuotaStamp,
  { limit, window }: QuotaReading,
  isRefused: boolean,
): { readonly quota: QuotaState; readonly isLimitMoved: boolean } {
  const isLimitMoved =
    limit !== undefined && quota.limit !== null && Math.abs(limit - quota.limit) > 0.001 * quota.limit;
  const next = copyOfQuota(quota);
  if (limit !== undefined) {
    next.limit = limit;
    next.drift = learnDrift(quota.drift, limit, stamp.sentAt);
  }
  if (isLimitMoved) next.remainingMax = 0;
  if (limit !== undefined && limit < FALLEN * (quota.limit ?? limit)) next.loweredAt = now;
  next.newest = stamp.seq;
  next.newestSentAt = stamp.sentAt;
  next.observedAt = now;
  if (!isRefused) next.lag = quota.lag + LAG_GAIN * (now - stamp.sentAt - quota.lag);
  next.strangeLimit = null;
  next.strangeCount = 0;
  if (window !== undefined && window !== quota.reset.window)
    next.reset = { ...quota.reset, window, isWindowTold: true };
  return { isLimitMoved, quota: next };
}

export interface Observation {
  readonly before: QuotaState;
  readonly quota: QuotaState;
  readonly now: number;
  readonly stamp: QuotaStamp;
  readonly reading: QuotaReading;
  readonly remaining: number;
  readonly isRefused: boolean;
  readonly isLimitMoved: boolean;
}

function observeRemaining(observation: Observation): QuotaState {
  const { quota, stamp, reading, remaining } = observation;
  const seen = copyOfQuota(quota);
  if (remaining > capacity(quota)) seen.remainingMax = Math.max(quota.remainingMax, remaining);
  const { limit } = quota;
  if (limit !== null && isEndUnstated(quota.reset, reading)) return observeUnstated(observation, seen, limit);
  if (reading.resetIn === undefined || limit === null) return anchorOrCorrect(observation, seen);
  const sample = { sentAt: stamp.sentAt, limit, remaining, resetIn: reading.resetIn };
  const meant = readReset(seen.reset, sample);
  if (meant.kind !== seen.reset.kind && seen.level !== null) return startAnew(observation, seen, meant, sample);
  if (meant.kind !== "window") {
    seen.reset = withPrevious(meant, sample);
    if (meant.kind === "sliding") seen.others = 0;
    return anchorOrCorrect(observation, seen);
  }
  return observeWindow(observation, seen, meant, sample, false);
}

/** One header of a fixed window; `isFound`: it is the first to show when windows begin. */
function observeWindow(
  observation: Observation,
  seen: QuotaState,
  meant: ResetState,
  sample: ResetSample,
  isFound: boolean,
): QuotaState {
  const { quota, now, stamp, remaining } = observation;
  const window = readWindow(meant, sample, now);
  const told = copyOfQuota(seen);
  told.reset = withPrevious(window.reset, sample);
  const old = isFound ? null : oldWindow(told, observation, sample.resetIn);
  // News of the old window from after its end, by its own word, says nothing of the one that runs now.
  if (old === "edge" && now >= latestEnd(told.reset, sample)) return told;
  if (old !== null) return takeBack(told, sample, observation);
  if (told.level !== null && (window.hasSlipped || isFound)) {
    // The header has moved to another window before the clock did: start anew, or the whole of it is lost.
    const level = window.isCurrent ? remaining - usedSince(quota, stamp) : sample.limit;
    return measured({ ...told, level, era: told.era + 1 }, stamp);
  }
  if (!window.isCurrent) return told;
  return anchorOrCorrect(observation, told);
}

/** A window whose end no header tells: what is left of it tells when it was whole. */
function observeUnstated(observation: Observation, seen: QuotaState, limit: number): QuotaState {
  const { stamp, remaining } = observation;
  const { reset, sample, isFound } = implyReset(seen.reset, stamp, { limit, remaining });
  const supposed = withPrevious(reset, sample);
  if (!isEndSupposed(supposed)) return observeWindow(observation, seen, reset, sample, isFound);
  return anchorOrCorrect(observation, { ...seen, reset: supposed });
}

/** The quota is of another kind than was thought: what was predicted so far was predicted wrongly. */
function startAnew(observation: Observation, seen: QuotaState, meant: ResetState, previous: ResetSample): QuotaState {
  const reset = withPrevious(meant, previous);
  return anchorOrCorrect(observation, { ...seen, reset, level: null, others: 0, era: seen.era + 1, isFull: false });
}

function takeBack(told: QuotaState, sample: ResetSample, { before, now, stamp, remaining }: Observation): QuotaState {
  const stated = Math.min(
    told.reset.isWhole ? sample.sentAt + sample.resetIn + Math.min(0, told.reset.skew) : latestEnd(told.reset, sample),
    now + RETRY_MAX,
  );
  const end = told.reset.isWhole ? Math.max(now + RETRY_MIN, stated) : stated;
  const quota = measured(told, stamp);
  return {
    ...quota,
    level: remaining - usedSince(quota, stamp),
    corrections: quota.corrections + remaining - (stamp.level ?? remaining) - learntSince(before, stamp),
    reset: { ...quota.reset, end: end - quota.reset.skew, seenEnd: null },
  };
}

/** The level follows this answer: what was refused or charged before it is in it. */
function measured(quota: QuotaState, stamp: QuotaStamp): QuotaState {
  const next = copyOfQuota(quota);
  next.measured = stamp.seq;
  next.shifts = dropShifts(quota.shifts, stamp.seq);
  return next;
}

function anchorOrCorrect(observation: Observation, seen: QuotaState): QuotaState {
  const { now, stamp, remaining, isRefused } = observation;
  const quota = measured(seen, stamp);
  const refill = quota.reset.kind === "window" ? 0 : (refillRate(quota) ?? 0);
  const arrived = remaining + refill * (now - stamp.sentAt) - usedSince(observation.before, stamp);
  if (quota.level === null || stamp.level === null) {
    const level = Math.min(capacity(quota), arrived);
    const corrections = quota.corrections + (quota.level === null ? 0 : level - quota.level);
    return { ...quota, at: now, level, corrections, anchoredSeq: quota.seq };
  }
  const error = remaining - stamp.level;
  const correction = error - learntSince(observation.before, stamp);
  // Clipped at zero, this says only that there is nothing left, and not how deep the debt is.
  if (remaining === 0 && !isRefused && stamp.level < 0 && correction > 0) return seen;
  const watched = watch(quota, observation, correction);
  if (stamp.era !== quota.era) {
    // Sent before the bucket was full, or before a window began: it may know of less than that, never of more.
    const canLower =
      quota.reset.kind !== "window" && remaining < capacity(quota) - quota.unit && !observation.isLimitMoved;
    return canLower ? lowerTo(watched, quota.level, arrived) : watched;
  }
  return learnOthers(applyCorrection(watched, observation, error, correction), observation, correction);
}

/** Told in the corrections too, so that an answer sent meanwhile may take it back. */
function lowerTo(quota: QuotaState, level: number, arrived: number): QuotaState {
  return arrived >= level ? quota : { ...quota, level: arrived, corrections: quota.corrections + arrived - level };
}

function watch(quota: QuotaState, { stamp, remaining, isLimitMoved }: Observation, correction: number): QuotaState {
  const { liveness, unit, variance } = quota;
  if (isLimitMoved) return { ...quota, liveness: { ...liveness, block: null } };
  const sample = {
    era: stamp.era,
    sentAt: stamp.sentAt,
    remaining,
    correction,
    unit,
    variance,
    refill: refillRate(quota),
  };
  const next = copyOfQuota(quota);
  next.liveness = readLiveness(liveness, sample);
  return next;
}

function applyCorrection(
  quota: QuotaState,
  { before, stamp, isLimitMoved }: Observation,
  error: number,
  correction: number,
): QuotaState {
  const full = capacity(quota);
  const level = (quota.level ?? 0) + correction;
  const isFull = level >= full;
  const next = copyOfQuota(quota);
  next.level = Math.min(level, full);
  next.corrections = quota.corrections + correction;
  // A level that a correction lifts to the brim has been there already: what was sent before knows no better.
  next.isFull = isFull;
  if (isFull && !quota.isFull && correction > 0) next.era = quota.era + 1;
  if (stamp.seq > quota.anchoredSeq && !isLimitMoved) {
    next.variance = learnVariance(quota, stamp.sentAt - (before.newestSentAt ?? stamp.sentAt - 1), error);
  }
  return next;
}

function learnVariance(quota: QuotaState, elapsed: number, error: number): number {
  const gain = Math.min(0.1, Math.max(0.005, elapsed / 15));
  const full = capacity(quota);
  const largest = 400 * quota.unit * quota.unit + (Number.isFinite(full) ? 0.02 * full * full : 0);
  return quota.variance + gain * (Math.min(error * error, largest) - quota.variance);
}
