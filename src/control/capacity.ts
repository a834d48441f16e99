import type { LawState } from "./law.js";

/**
 * Whether soft failures (503s, time-outs) come because of us. Some servers fail a share of requests at any load, and that
 * must not lower the rate; others answer 503 when we are too fast. So the share that fails while our rate is low is
 * learnt as the baseline, and a cumulative sum of log-likelihoods (CUSUM; Page, 1954) tests the present epoch's sends
 * against it. It counts sends and not answers: fast failures and slow successes would bias it otherwise.
 */
export interface CapacityState {
  /** Failures and sends of the baseline, fading. */
  readonly failures: number;
  readonly sends: number;
  /** The cumulative sum; never below 0. */
  readonly sum: number;
  /** Sends since it last left 0, and how many of them failed: what changed, changed there. */
  readonly sendsSince: number;
  readonly failuresSince: number;
  /** Of the rate at which failures last showed a limit, what didn't fail; null before. */
  readonly letIn: number | null;
}

/** Factor of a cut for lack of capacity: mild, since the limit isn't said to be ours. */
export const CAPACITY_DECREASE = 0.9;
/** Below this share of the last known limit, failures are the server's own. */
const LOW_RATE = 0.96;
const SETTLED_SECONDS = 2;
/** The baseline is worth this many sends before any were seen, remembers about a thousand, and stays in these bounds. */
const PRIOR_SHARE = 0.01;
const PRIOR_SENDS = 200;
const MEMORY = 1 - 1 / 1000;
const BASELINE_MIN = 0.004;
const BASELINE_MAX = 0.2;
/** The sum that is taken for proof: e^6 = 400 to 1. */
const PROOF = 6;

export function createCapacity(): CapacityState {
  return {
    failures: PRIOR_SHARE * PRIOR_SENDS,
    sends: PRIOR_SENDS,
    sum: 0,
    sendsSince: 0,
    failuresSince: 0,
    letIn: null,
  };
}

/**
 * Whether the baseline may learn at this rate: well below the last known limit, and below what was let in where failures showed
 * it, since what fails just above a limit isn't usual. What fails just after a cut may only show that it wasn't deep enough.
 */
export function isLow({ mode, rate, anchor, cutAt }: LowRate, letIn: number | null, now: number): boolean {
  if (mode !== "avoid" || (cutAt !== null && now - cutAt <= SETTLED_SECONDS)) return false;
  return rate < LOW_RATE * (letIn === null ? anchor : Math.min(anchor, letIn));
}

/** Of a law, what tells whether its rate is low. */
export type LowRate = Pick<LawState, "mode" | "rate" | "anchor" | "cutAt">;

export function capacitySend(capacity: CapacityState, wasLow: boolean): CapacityState {
  const sum = capacity.sum > 0 ? Math.max(0, capacity.sum + likelihoods(capacity).passed) : 0;
  const isSame = sum === 0 && capacity.sum === 0;
  if (isSame && !wasLow) return capacity;
  return {
    failures: wasLow ? capacity.failures * MEMORY : capacity.failures,
    sends: wasLow ? capacity.sends * MEMORY + 1 : capacity.sends,
    sum,
    sendsSince: sum === 0 ? 0 : capacity.sendsSince + 1,
    failuresSince: sum === 0 ? 0 : capacity.failuresSince,
    letIn: capacity.letIn,
  };
}

/** Counts one failure: in the baseline if it was sent at a low rate, in the test if it was sent in this epoch. */
export function capacityFailure(capacity: CapacityState, wasLow: boolean, isFresh: boolean): CapacityState {
  const failures = capacity.failures + (wasLow ? 1 : 0);
  const learnt = { ...capacity, failures };
  if (!isFresh) return learnt;
  const { failed, passed } = likelihoods(learnt);
  return {
    ...learnt,
    // Its send was counted as if it had passed.
    sum: learnt.sum + failed - passed,
    sendsSince: Math.max(1, learnt.sendsSince),
    failuresSince: learnt.failuresSince + 1,
  };
}

/** Share of the sends that fail beyond the usual, since failures have become more than that: the first of them only opened the count. */
export function excessShare({ failures, sends, sendsSince, failuresSince }: CapacityState): number {
  return sendsSince < 2 ? 0 : Math.max(0, (failuresSince - 1) / (sendsSince - 1) - failures / sends);
}

export function lacksCapacity(capacity: CapacityState): boolean {
  return capacity.sum > PROOF;
}

/** The test begins anew. */
export function clearCapacity(capacity: CapacityState): CapacityState {
  return capacity.sum === 0 ? capacity : { ...capacity, sum: 0, sendsSince: 0, failuresSince: 0 };
}

function likelihoods(capacity: CapacityState): { failed: number; passed: number } {
  const usual = Math.min(BASELINE_MAX, Math.max(BASELINE_MIN, capacity.failures / capacity.sends));
  const raised = Math.min(0.95, 1.5 * usual + 0.05);
  return { failed: Math.log(raised / usual), passed: Math.log((1 - raised) / (1 - usual)) };
}
