import { maybeLetIn } from "./accept.js";
import { goAhead } from "./burst.js";
import { capacitySend, isLow } from "./capacity.js";
import { rollRecent } from "./cohort.js";
import type { SendEvent } from "./controller.js";
import { rollDelivered } from "./delivered.js";
import { inFlightSend } from "./inflight.js";
import { afterIdle, grow, type LawState } from "./law.js";
import { sendProbe } from "./outage.js";
import { maybeRefine } from "./refinement.js";
import { type BudgetState, copyOf, type Move, type Stamp, spacing } from "./state.js";
import { followLaw, sendQuota } from "./steer.js";
import { expectedOutput, reserve, type TokenState } from "./tokens.js";

/** No pause between two sends counts as more growth than this, however long the queue was stuck. */
const GROWTH_SECONDS_MAX = 5;
/** After a silence this long, in seconds, the limit may be another. */
const IDLE_SECONDS = 300;
/** Weight of the newest cost in the mean cost. */
const COST_GAIN = 0.05;
/** The loss share looks back this many seconds, or this many sends where they are slower. */
const RECENT_SECONDS = 1;
const RECENT_SENDS = 10;
const IN_FLIGHT_LAGS = 3;

/** A budget after a send, the stamp of that send, and what was decided at it, if anything was. */
export interface Sent {
  readonly state: BudgetState;
  readonly stamp: Stamp;
  readonly move?: Move;
}

/** One send: what the rate has earned, what is counted, and the stamp that its response will be judged by. */
export function send(before: BudgetState, now: number, event: SendEvent): Sent {
  const refined = maybeRefine(before, now);
  const over = refined.outage.down === null ? null : maybeLetIn(refined, now);
  const state = over?.state ?? refined;
  const { config, outage } = state;
  const { down } = outage;
  const isProbe = down !== null && down.probedAt === null;
  const { law, isCapped } = lawAtSend(state, now, event.isBottleneck);
  const wasLow = isLow(law, state.capacity.letIn, now);
  const cost = event.charged + event.expected;
  const { charged, expected } = chargesOf(state, event);
  const reserved = expected > 0 ? expectedCost(state.tokens, expected) : 0;
  const told = sendQuota(state, now, { charged, rate: law.rate, isBottleneck: event.isBottleneck });
  const pause = Math.max(config.epoch / 4, IN_FLIGHT_LAGS * law.lag);
  const inFlight = inFlightSend(state.inFlight, { now, before: event.inFlightBefore, pause });
  const span = Math.max(RECENT_SECONDS, RECENT_SENDS * spacing(state, law.rate));
  const next = copyOf(state);
  next.law = law;
  next.isCapped = isCapped;
  if (isProbe) next.outage = sendProbe(outage, down, now);
  if (down === null) next.capacity = capacitySend(state.capacity, wasLow);
  if (event.isBurst) next.burst = goAhead(state.burst, now);
  next.inFlight = inFlight;
  next.delivered = rollDelivered(state.delivered, now, state.sent, config.epoch);
  next.recent = rollRecent(state.recent, now, state.sent, span);
  next.quota = told.quota;
  next.trust = told.trust;
  if (reserved > 0) next.tokens = reserve(state.tokens, reserved);
  next.sent = state.sent + 1;
  next.sentAt = now;
  next.spent = state.spent + charged;
  if (cost > 0 && cost !== state.meanCost) next.meanCost = nextMean(state, cost);
  const stamp: Stamp = {
    number: next.sent,
    sentAt: now,
    epoch: law.epoch,
    rate: law.rate,
    charged,
    expected,
    reserved,
    spent: next.spent,
    isBurst: event.isBurst,
    isBottleneck: event.isBottleneck,
    isLow: wasLow,
    isProbe,
    inFlight: event.inFlightBefore,
    inFlightEpoch: inFlight.epoch,
    quota: told.stamp,
    trust: told.trustStamp,
  };
  return over === null ? { state: next, stamp } : { state: next, stamp, move: over };
}

function lawAtSend(state: BudgetState, now: number, isBottleneck: boolean): { law: LawState; isCapped: boolean } {
  if (state.outage.down !== null) return state;
  if (state.tier !== 0 && !state.isCapped) return followLaw(state, now, state.law);
  const law = growLaw(state, now, isBottleneck);
  return state.tier === 0 ? { law, isCapped: false } : followLaw(state, now, law);
}

/** Some servers charge the whole estimate when they let a request in; then nothing is left to reserve. */
function chargesOf(state: BudgetState, { charged, expected }: SendEvent): { charged: number; expected: number } {
  return state.config.traits.chargesEstimate === true
    ? { charged: charged + expected, expected: 0 }
    : { charged, expected };
}

/** What is said to be charged later is often an upper bound; what such requests have cost so far is better, once known. */
function expectedCost(tokens: TokenState, said: number): number {
  return tokens.classes.length === 0 ? said : expectedOutput(tokens, said);
}

/** Time in which something else held requests back must not grow the rate: what was never used was never tried. */
function growLaw(state: BudgetState, now: number, isBottleneck: boolean): LawState {
  const { law, config, sentAt } = state;
  if (sentAt === null || now <= sentAt) return law;
  if (isBottleneck) return grow(law, config, Math.min(now - sentAt, GROWTH_SECONDS_MAX));
  return now - sentAt > IDLE_SECONDS ? afterIdle(law, config) : law;
}

function nextMean(state: BudgetState, cost: number): number {
  return state.sent === 0 ? cost : state.meanCost + COST_GAIN * (cost - state.meanCost);
}
