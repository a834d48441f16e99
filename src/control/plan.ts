import type { BudgetView, Plan } from "./controller.js";
import { inFlightMax } from "./inflight.js";
import type { LevelPlan } from "./level.js";
import { letInAt } from "./outage.js";
import { predict } from "./quota.js";
import { refillRate } from "./quota-state.js";
import { type BudgetState, millisecondsOf, secondsOf } from "./state.js";
import { steering } from "./steer.js";
import { windowEnd } from "./window.js";

/** Sends a second below which no header paces: a limit of next to nothing is held by its level, not by a pace of ages. */
const SLOWEST_SENDS = 1e-4;
/** A plan holds for this long at least, in seconds. */
const ROUNDING = 0.001;

/** What is allowed now, in the milliseconds of the process. */
export function plan(state: BudgetState, nowMs: number): Plan {
  const now = secondsOf(state, nowMs);
  const { law, outage, inFlight, burst, pausedUntil, creditSince } = state;
  const { down } = outage;
  const pacedFrom = creditSince ?? 0;
  const limit = Math.min(inFlightMax(inFlight, now), statedAtOnce(state));
  if (down !== null) {
    return {
      ratePerSecond: Math.max(law.rate, down.rate),
      burst: 1,
      creditSinceMs: nowMs,
      inFlightMax: limit,
      notBeforeMs: millisecondsOf(state, down.probedAt === null ? down.nextAt : letInAt(down, law.lag)),
      isProbe: down.probedAt === null,
      isDown: down.kind === "failures",
      validUntilMs: Number.POSITIVE_INFINITY,
      isTimeless: false,
    };
  }
  const level = steering(state, now);
  if (level !== null) return steeredPlan(state, now, level, limit);
  const isToRise = limit !== Number.POSITIVE_INFINITY && inFlight.raiseAt > now;
  return {
    ratePerSecond: law.rate,
    burst: burst.size,
    creditSinceMs: creditSince === null ? Number.NEGATIVE_INFINITY : millisecondsOf(state, creditSince),
    inFlightMax: limit,
    notBeforeMs: millisecondsOf(state, Math.max(pausedUntil, pacedFrom)),
    isProbe: false,
    isDown: false,
    validUntilMs: isToRise ? later(state, inFlight.raiseAt, now) : Number.POSITIVE_INFINITY,
    isTimeless: !isToRise,
  };
}

/** An instant after now, which rounding may put at it: who waited for that would wait for no time, for ever. */
function later(state: BudgetState, at: number, now: number): number {
  return millisecondsOf(state, Math.max(at, now + ROUNDING));
}

/** A quota of concurrency is a number in flight, and no rate. */
function statedAtOnce({ config, quota }: BudgetState): number {
  if (config.dimension !== "concurrency" || quota.limit === null) return Number.POSITIVE_INFINITY;
  return Math.max(1, Math.floor(quota.limit));
}

/** Headers steer: strictly one send at a time, so that the level predicted is the level found. */
function steeredPlan(state: BudgetState, now: number, level: LevelPlan, inFlight: number): Plan {
  const { law, isCapped, pausedUntil, creditSince } = state;
  const slowest = SLOWEST_SENDS * state.meanCost;
  const notBefore = Math.max(level.notBefore, pausedUntil, creditSince ?? 0);
  return {
    ratePerSecond: Math.min(
      state.config.rateMax,
      Math.max(slowest, isCapped ? Math.min(law.rate, level.rate) : level.rate),
    ),
    burst: 1,
    creditSinceMs: creditSince === null ? Number.NEGATIVE_INFINITY : millisecondsOf(state, creditSince),
    inFlightMax: inFlight,
    notBeforeMs: millisecondsOf(state, notBefore),
    isProbe: false,
    isDown: false,
    validUntilMs: later(state, level.validUntil, now),
    isTimeless: false,
  };
}

/** How the budget stands, for people. */
export function view(state: BudgetState, nowMs: number): BudgetView {
  const now = secondsOf(state, nowMs);
  const phase = phaseOf(state, now);
  const quota = predict(state.quota, now);
  const refill = refillRate(quota);
  const end = windowEnd(quota.reset);
  return {
    phase,
    ...(refill !== null && { limitPerSecond: refill }),
    ...(quota.level !== null && { remaining: Math.max(0, quota.level) }),
    ...(end !== null && end > now && { resetInMs: (end - now) * 1000 }),
  };
}

function phaseOf({ law, outage, pausedUntil, tier, isCapped }: BudgetState, now: number): BudgetView["phase"] {
  if (outage.down !== null) return "recover";
  if (pausedUntil > now) return "pause";
  if (tier !== 0) return isCapped ? "recover" : "follow";
  if (law.mode === "avoid") return "probe";
  return law.ceiling === null ? "start" : "recover";
}
