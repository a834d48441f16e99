import { clampRate, follow, nextEpoch, resume, takeOver } from "./law.js";
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
    quota: { ...state.quota, era: state.quota.era + 1, hearing: 0 },
    tokens: { ...state.tokens, reserved: 0, unfinished: 0 },
    creditSince: now + spacing(state, law.rate),
  };
}

/**
 * The budget of many processes goes on as that of one of them, which is out of touch with the others: from its part of their rate on.
 * What it sent as one of them is no evidence of that.
 */
export function startApart(state: BudgetState, part: number): BudgetState {
  const { law, config } = state;
  // Nothing was found out yet.
  if (law.epoch === 0 && config.startsUnbounded) return state;
  const rate = part * law.rate;
  const isStart = law.mode === "start" && law.ceiling === null;
  const own = isStart ? resume(law, config, { rate, ceiling: null }) : takeOver(law, config, rate, false);
  return { ...state, law: own, refinement: null };
}

/** The budgets of processes that went by rates of their own at the same limit, as one budget of them all. */
export function together(state: BudgetState, other: BudgetState): BudgetState {
  const { law, config } = state;
  if (config.startsUnbounded && law.epoch === 0) return state;
  const rate = clampRate(law.rate + other.law.rate, config);
  const isStart = law.mode === "start" && other.law.mode === "start";
  return { ...state, law: { ...(isStart ? law : follow(law, config, rate)), rate, base: rate } };
}

/** The latest moment that left a trace: about when the snapshot was taken. */
function lastInstant({ sentAt, law, outage, recent, refusedAt, accepts }: BudgetState): number {
  const seen = [sentAt, law.cutAt, outage.lastFailedAt, refusedAt];
  return seen.reduce<number>(
    (latest, at) => (at === null ? latest : Math.max(latest, at)),
    Math.max(recent.youngerSince, accepts.since),
  );
}
