import { type Cohort, countRefused, openCohort, refusedShare } from "./cohort.js";
import type { LawState } from "./law.js";

/**
 * An outage (nothing but soft failures) or a drought (nothing but refusals): one probe at a time, further and further
 * apart, with the rate remembered that was good before. Only failures sent after the first one count, and only as a
 * share of all that was sent since: failures answer sooner than successes, so a run of them proves nothing.
 */
export interface OutageState {
  /** Failures and refusals without an accept sent after the first of them. */
  readonly failures: number;
  readonly failedAt: number;
  readonly lastFailedAt: number | null;
  readonly sinceFailure: Cohort;
  readonly rateBeforeFailure: number;
  /** Whether the limit was still unknown then: that rate says nothing of it. */
  readonly wasUnknown: boolean;
  /** Fresh refusals in a row without an accept of the present epoch. */
  readonly refusals: number;
  readonly sinceRefusal: Cohort;
  readonly rateBeforeRefusal: number;
  /** Whether the first of them ended a start. */
  readonly endedStart: boolean;
  readonly down: Down | null;
  /** When the last of them was over, 0 before the first, and the tries sent since. */
  readonly upSince: number;
  readonly sinceUp: Cohort;
}

/** The time in which one probe at a time is sent. */
export interface Down {
  readonly kind: "failures" | "refusals";
  /** Rate that was good before. */
  readonly rate: number;
  /** Whether the limit was still unknown then. */
  readonly isUnknown: boolean;
  /** Accepted a second until then. */
  readonly delivered: number;
  readonly since: number;
  /** Seconds between probes, before jitter. */
  readonly interval: number;
  readonly nextAt: number;
  /** When the probe was sent that isn't answered yet; null where none is under way. */
  readonly probedAt: number | null;
}

const FAILURES_MIN = 6;
const REFUSALS_MIN = 3;
const SHARE_MIN = 0.6;
/** A run of failures that begins sooner than this after the last one belongs to it: its rate was already spoilt. */
const CALM_SECONDS = 10;
const INTERVAL_MIN = 1;
/** Probes are no further apart than a tenth of the time it has lasted, within these bounds: the wait it adds stays small. */
const INTERVAL_SHARE = 0.1;
const INTERVAL_MAX = [6, 10] as const;
const INTERVAL_GROWTH = 1.6;
/** Refusals come at once: a probe that has no answer for so many seconds, or lags of a refusal, was let in. */
const LET_IN_SECONDS = 1;
const LET_IN_LAGS = 4;
/** A drought longer than this, in seconds, is more than the rest of a spent window of a minute. */
const SUSPENSION_SECONDS = 60;
/** No stated wait holds a probe back for longer. */
const WAIT_MAX = 3600;

export function createOutage(): OutageState {
  return {
    failures: 0,
    failedAt: 0,
    lastFailedAt: null,
    sinceFailure: openCohort(0),
    rateBeforeFailure: 0,
    wasUnknown: false,
    refusals: 0,
    sinceRefusal: openCohort(0),
    rateBeforeRefusal: 0,
    endedStart: false,
    down: null,
    upSince: 0,
    sinceUp: openCohort(0),
  };
}

/** An accept ends a run of failures if it was sent after the first, and a run of refusals if it is of this epoch. */
export function outageAccept(state: OutageState, sentAt: number, isFresh: boolean): OutageState {
  const failures = sentAt > state.failedAt ? 0 : state.failures;
  const refusals = isFresh ? 0 : state.refusals;
  return failures === state.failures && refusals === state.refusals ? state : { ...state, failures, refusals };
}

export interface Failure {
  readonly now: number;
  /** Number of the try that failed, and of the last one sent. */
  readonly number: number;
  readonly sent: number;
  readonly rate: number;
  /** Whether that rate was doubling towards a limit that nobody had met. */
  readonly isUnknown: boolean;
}

/** Counts a failure or a refusal, whatever its kind. */
export function outageFailure(state: OutageState, { now, number, sent, rate, isUnknown }: Failure): OutageState {
  const sinceRefusal = state.refusals > 0 ? countRefused(state.sinceRefusal, number) : state.sinceRefusal;
  if (state.failures > 0) {
    const sinceFailure = countRefused(state.sinceFailure, number);
    return { ...state, failures: state.failures + 1, lastFailedAt: now, sinceFailure, sinceRefusal };
  }
  const isCalm = state.lastFailedAt === null || now - state.lastFailedAt > CALM_SECONDS;
  return {
    ...state,
    failures: 1,
    failedAt: now,
    lastFailedAt: now,
    sinceFailure: openCohort(sent),
    rateBeforeFailure: isCalm ? rate : state.rateBeforeFailure,
    wasUnknown: isCalm ? isUnknown : state.wasUnknown,
    sinceRefusal,
  };
}

export function isOutage(state: OutageState, sent: number): boolean {
  return state.failures >= FAILURES_MIN && refusedShare(state.sinceFailure, sent) >= SHARE_MIN;
}

/** Counts a fresh refusal that nothing else explains. */
export function droughtRefusal(state: OutageState, sent: number, { rate, mode }: LawState): OutageState {
  if (state.refusals > 0) return { ...state, refusals: state.refusals + 1 };
  const endedStart = mode === "start";
  return { ...state, refusals: 1, sinceRefusal: openCohort(sent), rateBeforeRefusal: rate, endedStart };
}

export function isDrought(state: OutageState, sent: number): boolean {
  return state.refusals > REFUSALS_MIN && refusedShare(state.sinceRefusal, sent) >= SHARE_MIN;
}

/**
 * Whether all that was sent since the end of a start was refused. A start overshoots, and may have spent a window long before its
 * end; whoever keeps near the limit spends one just before that, and is refused by the same window once.
 */
export function isNothingLetIn(state: OutageState, sent: number): boolean {
  return state.endedStart && state.refusals > 1 && state.sinceRefusal.refused >= sent - state.sinceRefusal.after;
}

export interface Entry {
  readonly kind: Down["kind"];
  readonly now: number;
  /** Seconds between two sends at the rate that was good. */
  readonly spacing: number;
  /** Accepted a second until now. */
  readonly delivered: number;
}

export function enterDown(state: OutageState, { kind, now, spacing, delivered }: Entry): OutageState {
  const interval = Math.min(INTERVAL_MAX[0], Math.max(INTERVAL_MIN, spacing));
  const rate = kind === "failures" ? state.rateBeforeFailure : state.rateBeforeRefusal;
  const isUnknown = kind === "failures" && state.wasUnknown;
  const next = { interval, nextAt: now + interval, probedAt: null };
  const down: Down = { kind, rate, isUnknown, delivered, since: now, ...next };
  return { ...state, failures: 0, refusals: 0, down };
}

export function sendProbe(state: OutageState, down: Down, now: number): OutageState {
  return { ...state, down: { ...down, probedAt: now } };
}

/**
 * From when on the probe of a drought counts as let in though it isn't answered; Infinity where none is under way. The
 * next window would be half over before an answer of 20 s came. A failing server may well keep silent: there only an
 * answer counts.
 */
export function letInAt(down: Down, lag: number): number {
  if (down.kind !== "refusals" || down.probedAt === null) return Number.POSITIVE_INFINITY;
  return down.probedAt + Math.max(LET_IN_SECONDS, LET_IN_LAGS * lag);
}

/** Whether the try is the probe of this outage: one of an earlier outage may be answered again, by an error in its body. */
export function isProbeOf(down: Down, sent: { readonly isProbe: boolean; readonly sentAt: number }): boolean {
  return sent.isProbe && sent.sentAt >= down.since;
}

/** The probe failed: the next one waits longer, and at least as long as the server asked. */
export function probeFailed(state: OutageState, down: Down, now: number, dice: number, wait: number): OutageState {
  const longest = Math.max(INTERVAL_MAX[0], Math.min(INTERVAL_MAX[1], INTERVAL_SHARE * (now - down.since)));
  const interval = Math.min(longest, INTERVAL_GROWTH * down.interval);
  const nextAt = now + Math.max(Math.min(wait, WAIT_MAX), interval * (0.5 + 0.5 * dice));
  return { ...state, down: { ...down, interval, nextAt, probedAt: null } };
}

/** The probe told nothing (it was cancelled, say): another may go, after the same wait. */
export function probeLost(state: OutageState, down: Down, now: number, dice: number): OutageState {
  return { ...state, down: { ...down, nextAt: now + down.interval * (0.5 + 0.5 * dice), probedAt: null } };
}

export function leaveDown(state: OutageState, now: number, sent: number): OutageState {
  return { ...state, down: null, upSince: now, sinceUp: openCohort(sent) };
}

/** Counts a refusal or a failure of the try with that number, down or not. */
export function countSinceUp(state: OutageState, number: number): OutageState {
  const sinceUp = countRefused(state.sinceUp, number);
  return sinceUp === state.sinceUp ? state : { ...state, sinceUp };
}

/**
 * Accepted a second since the last such time was over, this one included, or since `bornAt`. Where a window that was spent
 * brings the drought, that is what the window holds.
 */
export function deliveredSinceUp({ upSince, sinceUp }: OutageState, now: number, sent: number, bornAt: number): number {
  return Math.max(0, sent - sinceUp.after - sinceUp.refused) / Math.max(1, now - Math.max(upSince, bornAt));
}

/**
 * Where to resume, and how far the ramp may go, as rates; null: as far as it gets. `delivered`: what was accepted a second
 * up to now.
 */
export function resumption(
  { down, upSince }: OutageState & { readonly down: Down },
  { now, delivered }: { readonly now: number; readonly delivered: number },
): { rate: number; ceiling: number | null } {
  // A model that is still being loaded fails the very first requests: their rate was no limit.
  if (down.isUnknown) return { rate: 0.4 * down.rate, ceiling: null };
  if (down.kind === "failures") return { rate: 0.4 * down.rate, ceiling: 0.97 * down.rate };
  // A first long drought is a suspension, which says nothing of the limit; where they come again they end with a window.
  const isSuspension = upSince === 0 && now - down.since > SUSPENSION_SECONDS;
  const mean = isSuspension ? Math.max(delivered, down.delivered) : delivered;
  const ceiling = Math.min(0.97 * down.rate, Math.max(mean, 0.1 * down.rate));
  return { rate: Math.min(ceiling, 0.4 * down.rate), ceiling };
}
