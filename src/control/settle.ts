import { quotaCharge } from "./quota.js";
import { type BudgetState, copyOf, type Stamp } from "./state.js";
import { chargeAtEnd, learnOutput, release } from "./tokens.js";

/**
 * A try is over. Its promise ends, and where the server said what the request really cost, the difference is charged. Where
 * it didn't, nothing is: the request may have been refused, and the next header will tell.
 */
export function settle(state: BudgetState, now: number, stamp: Stamp, actual: number | undefined): BudgetState {
  const isKnown = actual !== undefined && Number.isFinite(actual) && actual >= 0;
  if (stamp.reserved === 0 && !isKnown) return state;
  const next = copyOf(state);
  if (stamp.reserved > 0) next.tokens = release(state.tokens, stamp.reserved);
  if (!isKnown) return next;
  if (stamp.expected > 0) next.tokens = learnOutput(next.tokens, actual - stamp.charged, stamp.expected);
  const charge = chargeAtEnd(actual, stamp.charged, true);
  next.spent += charge;
  if (state.quota.observedAt !== null) next.quota = quotaCharge(state.quota, now, charge);
  return next;
}
