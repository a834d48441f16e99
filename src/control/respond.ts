import { maybeRaiseBurst } from "./burst.js";
import { clearCapacity } from "./capacity.js";
import { deliveredRate } from "./delivered.js";
import { inFlightAccept, saturate } from "./inflight.js";
import { raiseTo, resume } from "./law.js";
import { type Down, leaveDown, outageAccept, probeLost, resumption } from "./outage.js";
import { limitMoved } from "./quota.js";
import type { Reason } from "./reasons.js";
import { maybeRefine } from "./refinement.js";
import { fail, refuse } from "./refuse.js";
import { type BudgetState, type Heard, type Move, spacing } from "./state.js";
import { chooseSteering, type Read, read, trustAccept } from "./steer.js";

/** The law that was never refused looks this often, in seconds, at what was accepted, and aims at this multiple of it. */
const ACCEPTS_SECONDS = 5;
const ACCEPTS_FACTOR = 2;

/** One response. */
export function respond(before: BudgetState, heard: Heard): Move {
  const then = read(maybeRefine(before, heard.now), heard);
  const step = judge(then, heard);
  const state = chooseSteering(step.state, heard.now);
  return state === step.state ? explain(before, step) : { ...step, state, ...changeOfHands(step, state) };
}

function judge(then: Read, heard: Heard): Move {
  const { state } = then;
  switch (heard.verdict) {
    case "accepted":
      return accept(trustAccept(then), heard);
    case "refused":
      return refuse(then, heard);
    case "soft":
      return fail(state, heard);
    case "saturated":
      return saturated(state, heard);
    case "void":
    case "lost":
      return nothing(state, heard);
    default:
      return heard.verdict satisfies never;
  }
}

/** An accept that brings another limit is news of that limit. */
function explain(before: BudgetState, step: Move): Move {
  const moved = limitMoved(before.quota, step.state.quota);
  if (moved === null || (step.because !== "level" && step.because !== "limit")) return step;
  const detail = `${before.quota.limit} to ${step.state.quota.limit}`;
  return moved === "raised"
    ? { state: step.state, move: "increase", because: "quota-raised", detail }
    : { state: step.state, move: "decrease", because: "quota-lowered", detail };
}

/** Others steer from here on; a refusal that brought it about has said so itself. */
function changeOfHands(step: Move, state: BudgetState): Partial<Move> {
  if (step.move === "decrease") return {};
  if (state.tier !== 0) return { because: state.trust.recoveries > 0 ? "trust-restored" : "quota-followed" };
  return state.trust.doubt === "low" ? { move: "increase", because: "quota-too-low" } : { because: "quota-vanished" };
}

function accept(state: BudgetState, heard: Heard): Move {
  const { now, stamp } = heard;
  const { down } = state.outage;
  const outage = outageAccept(state.outage, stamp.sentAt, stamp.epoch === state.law.epoch);
  const inFlight = stamp.isProbe ? state.inFlight : inFlightAccept(state.inFlight, stamp);
  const burst = maybeRaiseBurst(state.burst, now, state.config.burst, state.config.epoch);
  const isSame = outage === state.outage && inFlight === state.inFlight && burst === state.burst;
  const next = isSame ? state : { ...state, outage, inFlight, burst };
  if (down !== null) {
    if (stamp.isProbe || stamp.sentAt >= down.since) return comeBack(next, down, now);
    return { state: next, move: "hold", because: "outage-wait" };
  }
  return state.law.epoch === 0 && state.tier === 0
    ? acceptUnrefused(next, heard)
    : { state: next, ...growth(next, heard) };
}

/** Under a light load the rate is never the bottleneck and so never grows; what is accepted all the same shows the way. */
function acceptUnrefused(state: BudgetState, heard: Heard): Move {
  const { since, count } = state.accepts;
  const age = heard.now - since;
  if (age <= ACCEPTS_SECONDS) {
    return { state: { ...state, accepts: { since, count: count + 1 } }, ...growth(state, heard) };
  }
  const accepted = (state.meanCost * count) / age;
  const law = raiseTo(state.law, state.config, ACCEPTS_FACTOR * accepted);
  const next = { ...state, law, accepts: { since: heard.now, count: 1 } };
  return law === state.law
    ? { state: next, ...growth(next, heard) }
    : { state: next, move: "increase", because: "accepted-faster" };
}

/** What the rate has done since this request was sent, and why. */
function growth({ law, config, tier }: BudgetState, { stamp }: Heard): { move: "increase" | "hold"; because: Reason } {
  if (tier !== 0) return { move: law.rate > stamp.rate ? "increase" : "hold", because: tier === 2 ? "level" : "limit" };
  if (law.rate <= stamp.rate) return { move: "hold", because: stamp.isBottleneck ? "steady" : "application-limited" };
  if (law.mode === "start") return { move: "increase", because: law.ceiling === null ? "start-doubling" : "ramping" };
  return { move: "increase", because: law.elapsed > config.epoch ? "probing" : "recovering" };
}

/** The probe came through: back to what was good before, quickly, but from well below. */
function comeBack(state: BudgetState, down: Down, now: number): Move {
  const { config, meanCost } = state;
  const delivered = meanCost * deliveredRate(state.delivered, now, state.sent, config.epoch);
  const law = resume(state.law, config, resumption(down, delivered));
  return {
    state: {
      ...state,
      law,
      isCapped: state.tier !== 0,
      outage: leaveDown(state.outage),
      capacity: clearCapacity(state.capacity),
      creditSince: now + spacing(state, law.rate),
      sentAt: now,
    },
    move: "increase",
    because: "outage-over",
    detail: `${law.rate.toFixed(2)} a second, towards ${law.anchor.toFixed(2)}`,
  };
}

function saturated(state: BudgetState, heard: Heard): Move {
  const { now, stamp } = heard;
  const inFlight = saturate(state.inFlight, stamp, now, state.config.epoch);
  if (inFlight === state.inFlight) return { ...nothing(state, heard), because: "stale-refusal" };
  const next = { ...nothing(state, heard).state, inFlight };
  return { state: next, move: "decrease", because: "saturated", detail: `${inFlight.limit} in flight` };
}

/** Nothing was learnt, but a probe that told nothing must make room for another. */
function nothing(state: BudgetState, { now, stamp, dice, verdict }: Heard): Move {
  const { down } = state.outage;
  const outage = stamp.isProbe && down !== null ? probeLost(state.outage, down, now, dice) : state.outage;
  const because = verdict === "lost" ? "lost" : "void";
  return { state: outage === state.outage ? state : { ...state, outage }, move: "hold", because };
}
