import { nextEpoch } from "./law.js";
import { type BudgetState, spacing } from "./state.js";

/**
 * The budget goes on in another process, `age` seconds later. Its own time simply continues, so no instant in it has to be
 * changed; what was on its way is lost, so nothing of the present epoch may be judged any more.
 */
export function restore(state: BudgetState, processNow: number, age: number): BudgetState {
  const now = lastInstant(state) + Math.max(0, age);
  const law = nextEpoch(state.law);
  const { down } = state.outage;
  return {
    ...state,
    clock: now - processNow,
    law,
    outage: down === null ? state.outage : { ...state.outage, down: { ...down, probedAt: null } },
    inFlight: { ...state.inFlight, epoch: state.inFlight.epoch + 1 },
    refinement: null,
    quota: { ...state.quota, era: state.quota.era + 1 },
    tokens: { ...state.tokens, reserved: 0, unfinished: 0 },
    creditSince: now + spacing(state, law.rate),
  };
}

/** The latest moment that left a trace: about when the snapshot was taken. */
function lastInstant({ sentAt, law, outage, recent, refusedAt, accepts }: BudgetState): number {
  const seen = [sentAt, law.cutAt, outage.lastFailedAt, refusedAt];
  return seen.reduce<number>(
    (latest, at) => (at === null ? latest : Math.max(latest, at)),
    Math.max(recent.youngerSince, accepts.since),
  );
}
