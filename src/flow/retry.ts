import { retryDelayMs } from "../pace/backoff.js";
import type { Outcome } from "../signal/signal.js";

/**
 * What becomes of a request after a try that was not accepted: the table of the contract, as a pure function. Delays are
 * in milliseconds from now.
 */

/** What is known of the request and of its last try. */
export interface LastTry {
  readonly outcome: Outcome;
  /** Absent where there was no response. */
  readonly status: number | undefined;
  /** The task failed for reasons of its own. */
  readonly isOwnFailure: boolean;
  readonly neverFits: boolean;
  readonly retryAfterMs: number | undefined;
  readonly isRetryAfterStated: boolean;
  /** Tries so far, outage probes aside. */
  readonly attempts: number;
  /** How often this request has met this outcome, the last time included. */
  readonly repeats: number;
  readonly canRepeat: boolean;
}

/** The options that decide. */
export interface RetryPolicy {
  readonly attemptsMax: number;
  readonly backoffInitialMs: number;
  readonly backoffMaxMs: number;
  readonly retryAfterMaxMs: number;
}

/** What is to be done. */
export type RetryPlan =
  | { readonly next: "deliver"; readonly isWaitTooLong: boolean }
  | { readonly next: "retry"; readonly delayMs: number; readonly spendsBudget: boolean };

const DELIVER: RetryPlan = { next: "deliver", isWaitTooLong: false };
const WAIT_TOO_LONG: RetryPlan = { next: "deliver", isWaitTooLong: true };

/** Statuses that are worth another try though the server didn't ask for one. */
const TRANSIENT: ReadonlySet<number> = new Set([408, 500, 502, 504]);

/** Whether a failure says something of the server's health: it has one of these statuses, or there was no response. */
export function isTransient(status: number | undefined): boolean {
  return status === undefined || TRANSIENT.has(status);
}

/** Decides what becomes of a request whose last try was not accepted. `dice` in [0, 1). */
export function planRetry(last: LastTry, policy: RetryPolicy, dice: number): RetryPlan {
  if (last.isOwnFailure || last.neverFits || last.outcome === "accepted") return DELIVER;
  if (last.outcome === "failed" && !isTransient(last.status)) return DELIVER;
  // A stated wait beyond what anyone would sit out is a spent quota in disguise, even where no try is left to lose.
  if (last.isRetryAfterStated && last.retryAfterMs !== undefined && last.retryAfterMs > policy.retryAfterMaxMs) {
    return WAIT_TOO_LONG;
  }
  if (last.outcome === "exhausted" || !last.canRepeat || last.attempts >= policy.attemptsMax) return DELIVER;
  return {
    next: "retry",
    delayMs: retryDelayMs({
      kind: last.outcome,
      repeat: last.repeats,
      ...(last.retryAfterMs === undefined ? {} : { retryAfterMs: last.retryAfterMs }),
      dice,
      options: { initialMs: policy.backoffInitialMs, maxMs: policy.backoffMaxMs },
    }),
    spendsBudget: last.outcome === "failed",
  };
}
