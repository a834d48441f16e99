import { accept } from "./accept.js";
import { alonePause, saturate } from "./inflight.js";
import { isProbeOf, probeLost } from "./outage.js";
import { limitMoved } from "./quota-state.js";
import { maybeRefine } from "./refinement.js";
import { fail, refuse } from "./refuse.js";
import type { BudgetState, Heard, Move } from "./state.js";
import { chooseSteering, type Read, read, trustAccept } from "./steer.js";

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

function saturated(state: BudgetState, heard: Heard): Move {
  const { now, stamp } = heard;
  const inFlight = saturate(state.inFlight, stamp, now, state.config.epoch);
  if (inFlight === state.inFlight) return { ...nothing(state, heard), because: "stale-refusal" };
  const pausedUntil = Math.max(state.pausedUntil, now + alonePause(inFlight, state.config.epoch));
  const next = { ...nothing(state, heard).state, inFlight, pausedUntil };
  return { state: next, move: "decrease", because: "saturated", detail: `${inFlight.limit} in flight` };
}

/** Nothing was learnt, but a probe that told nothing must make room for another. */
function nothing(state: BudgetState, { now, stamp, dice, verdict }: Heard): Move {
  const { down } = state.outage;
  const outage = down !== null && isProbeOf(down, stamp) ? probeLost(state.outage, down, now, dice) : state.outage;
  const because = verdict === "lost" ? "lost" : "void";
  return { state: outage === state.outage ? state : { ...state, outage }, move: "hold", because };
}
