/**
 * How many retries all requests of a key may make between them: a share of what succeeded in the last ten seconds or so,
 * and three a ten seconds whatever succeeds, so that a quiet key can still try. While all fail, retries thus add next to
 * nothing to the load (Finagle's RetryBudget has the same two parts; there too a success counts for ten seconds).
 *
 * Best asked and spent at the moment at which the retry would leave: what succeeds meanwhile lets it go sooner. Spent
 * when the retry is planned, it goes into debt, and each retry gets a moment of its own; the bound holds either way.
 */
export interface RetryBudget {
  /** Retries of the floor, at most 3; below 0 for retries that are planned, but not due yet. */
  floor: number;
  /** Retries earned by successes, 0 or more; fades with a time constant of 10 s. */
  earned: number;
  atMs: number;
  /** Retries earned by one success, 0 to 100. Of the option `retry.budgetRatio`. */
  readonly ratio: number;
}

/** Retries that the floor holds, and in which time it refills. */
const FLOOR = 3;
const FLOOR_MS = 10_000;

/** How long a success counts. */
const FADE_MS = 10_000;

/** Rounding must not make a retry wait twice. */
const ROUNDING = 1e-9;

/** A budget whose floor is full. */
export function createRetryBudget(nowMs: number, ratio: number): RetryBudget {
  return { floor: FLOOR, earned: 0, atMs: nowMs, ratio };
}

/** A try was accepted. Those of one millisecond are of one instant: at thousands a second each would cost an exponential. */
export function onSuccess(budget: RetryBudget, nowMs: number): void {
  if (nowMs - budget.atMs >= 1) settle(budget, nowMs);
  const ofDebt = Math.min(budget.ratio, Math.max(0, -budget.floor));
  budget.floor += ofDebt;
  budget.earned += budget.ratio - ofDebt;
}

/** When a retry may go: `nowMs` if at once, else by when the floor has refilled, if nothing succeeds before. */
export function canRetryAtMs(budget: RetryBudget, nowMs: number): number {
  settle(budget, nowMs);
  const missing = 1 - budget.floor - budget.earned;
  if (missing <= ROUNDING) return nowMs;
  // Less than 1 is left of what was earned, and it fades ever more slowly: the sum grows at least as fast as it does now.
  return nowMs + missing / (FLOOR / FLOOR_MS - budget.earned / FADE_MS);
}

/** Takes one retry, from what fades first. */
export function spend(budget: RetryBudget, nowMs: number): void {
  settle(budget, nowMs);
  const ofEarned = Math.min(1, budget.earned);
  budget.earned -= ofEarned;
  budget.floor -= 1 - ofEarned;
}

/** Gives one back: its retry was cancelled before it left. */
export function refund(budget: RetryBudget, nowMs: number): void {
  settle(budget, nowMs);
  budget.floor = Math.min(FLOOR, budget.floor + 1);
}

function settle(budget: RetryBudget, nowMs: number): void {
  const elapsedMs = Math.max(0, nowMs - budget.atMs);
  budget.floor = Math.min(FLOOR, budget.floor + (elapsedMs * FLOOR) / FLOOR_MS);
  budget.earned *= Math.exp(-elapsedMs / FADE_MS);
  budget.atMs = Math.max(budget.atMs, nowMs);
}
