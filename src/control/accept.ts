import { maybeRaiseBurst } from "./burst.js";
import { clearCapacity } from "./capacity.js";
import { deliveredRate } from "./delivered.js";
import { inFlightAccept } from "./inflight.js";
import { raiseTo, resume } from "./law.js";
import { type Down, deliveredSinceUp, leaveDown, letInAt, outageAccept, resumption } from "./outage.js";
import { type BudgetState, copyOf, type Heard, type Move, type Stamp, spacing } from "./state.js";

/** The law that was never refused looks this often, in seconds, at what was accepted, and aims at this multiple of it. */
const ACCEPTS_SECONDS = 5;
/** And each second while its rate is below so many times the initial one: there it is known to be too low, and a light load waits. */
const FIRST_SECONDS = 1;
const FIRST_RATES = 8;
const ACCEPTS_FACTOR = 2;

/** The server let a request in. */
export function accept(state: BudgetState, { now, stamp }: Heard): Move {
  const { down } = state.outage;
  const outage = outageAccept(state.outage, stamp.sentAt, stamp.epoch === state.law.epoch);
  const inFlight = stamp.isProbe ? state.inFlight : inFlightAccept(state.inFlight, stamp);
  const burst = maybeRaiseBurst(state.burst, now, state.config.burst, state.config.epoch);
  // Who was let in since a refusal shows that the wait which that stated isn't everybody's.
  const refusedAt = state.refusedAt !== null && stamp.sentAt > state.refusedAt ? null : state.refusedAt;
  const isSame =
    outage === state.outage && inFlight === state.inFlight && burst === state.burst && refusedAt === state.refusedAt;
  const isUnrefused =
    state.law.epoch === 0 && state.law.rate < state.config.rateMax && state.tier === 0 && down === null;
  if (isSame && !isUnrefused && down === null) return growth(state, stamp);
  const next = copyOf(state);
  next.outage = outage;
  next.inFlight = inFlight;
  next.burst = burst;
  next.refusedAt = refusedAt;
  if (isUnrefused) return acceptUnrefused(next, stamp, now);
  if (down === null) return growth(next, stamp);
  if (stamp.sentAt >= down.since) return comeBack(next, down, now);
  return { state: next, move: "hold", because: "outage-wait" };
}

/** Under a light load the rate is never the bottleneck and so never grows; what is accepted all the same shows the way. */
function acceptUnrefused(next: ReturnType<typeof copyOf>, stamp: Stamp, now: number): Move {
  const { since, count } = next.accepts;
  const age = now - since;
  if (age <= (next.law.rate < FIRST_RATES * next.config.rateInitial ? FIRST_SECONDS : ACCEPTS_SECONDS)) {
    next.accepts = { since, count: count + 1 };
    return growth(next, stamp);
  }
  const { law } = next;
  next.accepts = { since: now, count: 1 };
  next.law = raiseTo(law, next.config, (ACCEPTS_FACTOR * next.meanCost * count) / age);
  return next.law === law ? growth(next, stamp) : { state: next, move: "increase", because: "accepted-faster" };
}

/** What the rate has done since this request was sent, and why. */
function growth(state: BudgetState, stamp: Stamp): Move {
  const { law, config, tier } = state;
  if (tier !== 0) {
    return { state, move: law.rate > stamp.rate ? "increase" : "hold", because: tier === 2 ? "level" : "limit" };
  }
  if (law.rate <= stamp.rate) {
    return { state, move: "hold", because: stamp.isBottleneck ? "steady" : "application-limited" };
  }
  if (law.mode === "start") {
    return { state, move: "increase", because: law.ceiling === null ? "start-doubling" : "ramping" };
  }
  return { state, move: "increase", because: law.elapsed > config.epoch ? "probing" : "recovering" };
}

/** A drought whose probe was sent long ago, and not refused, is over: what would be sent as the next probe is paced. */
export function maybeLetIn(state: BudgetState, now: number): Move | null {
  const { down } = state.outage;
  // The instant was told in milliseconds, and comes back rounded.
  return down !== null && now >= letInAt(down, state.law.lag) - 1e-6 ? comeBack(state, down, now) : null;
}

/** The probe came through: back to what was good before, quickly, but from well below. */
function comeBack(state: BudgetState, down: Down, now: number): Move {
  const { config, meanCost, sent } = state;
  const lately = deliveredRate(state.delivered, now, sent, config.epoch);
  const sinceUp = deliveredSinceUp(state.outage, now, sent, state.delivered.since);
  const delivered = meanCost * Math.max(lately, sinceUp);
  const law = resume(state.law, config, resumption({ ...state.outage, down }, { now, delivered }));
  return {
    state: {
      ...state,
      law,
      isCapped: state.tier !== 0,
      outage: leaveDown(state.outage, now, sent),
      capacity: clearCapacity(state.capacity),
      creditSince: now + spacing(state, law.rate),
      sentAt: now,
    },
    move: "increase",
    because: "outage-over",
    detail: `${law.rate.toFixed(2)} a second${law.anchor > 0 ? `, towards ${law.anchor.toFixed(2)}` : ""}`,
  };
}
