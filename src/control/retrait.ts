import type { LimitTraits } from "../signal/signal.js";
import { createBurst } from "./burst.js";
import { createQuota } from "./quota-state.js";
import type { BudgetState } from "./state.js";

/**
 * The budget, once it is known whose limit it is: what the provider documents replaces what an unknown server was taken
 * for. What was observed since stands.
 */
export function withTraits(state: BudgetState, traits: LimitTraits): BudgetState {
  const burst = traits.isPerSecond === true ? 1 : state.config.burst;
  return {
    ...state,
    config: { ...state.config, traits, burst },
    burst: burst < state.burst.size ? createBurst(burst) : state.burst,
    quota: state.quota.observedAt === null ? { ...createQuota(traits), ...sentSoFar(state) } : state.quota,
  };
}

/** What was sent before still counts: the stamps of tries in flight refer to it. */
function sentSoFar({ quota: { seq, sentTotal, at, unit } }: BudgetState) {
  return { seq, sentTotal, at, unit };
}
