import { isOfBurst, lowerBurst } from "./burst.js";
import { CAPACITY_DECREASE, capacityFailure, clearCapacity, excessShare, lacksCapacity } from "./capacity.js";
import { countRecentRefused, openRecent } from "./cohort.js";
import { cut, decreaseOf, refine } from "./cut.js";
import { deliveredLately, deliveredRate, takeBack } from "./delivered.js";
import { isAtLimit, lowerLimit, suspect } from "./inflight.js";
import { type LawState, learnLag, nextEpoch, resume, takeOver } from "./law.js";
import { measureRefusal } from "./measure.js";
import {
  countSinceUp,
  type Down,
  droughtRefusal,
  enterDown,
  isDrought,
  isNothingLetIn,
  isOutage,
  isProbeOf,
  outageFailure,
  probeFailed,
} from "./outage.js";
import { countInRefinement, type Refinement, refineEarly } from "./refinement.js";
import { type BudgetState, type Heard, type Move, type Stamp, spacing } from "./state.js";
import type { Read } from "./steer.js";
import { countInTrend, learnTrend } from "./trend.js";
import { isUnpredicted, type TrustEvidence, trustRefused } from "./trust.js";

/** Fewer sends than this since the last cut give no share of losses. */
const SHARE_SENDS_MIN = 4;
/** A cut leaves at least this share, however many were refused: most were sent before the first refusal was known. */
const FACTOR_MIN = 0.4;
/** Where no larger share than this is let in, an outage may have begun. */
const OUTAGE_LEFT = 0.5;
/** A start is cut to this share at least: where each request too close to another fails, half of them do just above the limit. */
const START_LEFT_MIN = 0.7;
/** A refusal this soon after a cut, in seconds or in sends, says that it wasn't deep enough. */
const SOON_SECONDS = 2;
const SOON_SENDS = 3;
const SOON_FACTOR = 0.7;
/** Of a send's time, for each refusal since the last accept: how much longer the next try waits; to a second, if its pace allows. */
const WAIT_GROWTH = 2;
const WAIT_LONGER_MAX = 1;
/** The second look waits this many lags; where they are longer than a share of the epoch there is none. */
const SECOND_LOOK_LAGS = 1.1;
const SECOND_LOOK_EPOCHS = 1 / 20;
/** Headers that have led to so many times what was let in lately have led astray. */
const ASTRAY = 3;
/** The law then begins anew with a little more than that: some of what there was room for was spent on what was refused. */
const AGAIN_FROM = 1.2;
/** No stated wait pauses a budget for longer, in seconds. */
const WAIT_MAX = 3600;

/** A refusal of this budget. */
export function refuse({ state: before, evidence }: Read, heard: Heard): Move {
  const { now, stamp } = heard;
  const { config } = before;
  if (before.outage.down !== null) return whileDown(before, before.outage.down, heard);
  const state = count(before, heard);
  if (isAtLimit(state.inFlight, stamp)) {
    const inFlight = lowerLimit(state.inFlight, stamp, now, config.epoch);
    return { state: { ...state, inFlight }, move: "decrease", because: "in-flight-limit" };
  }
  if (stamp.epoch !== state.law.epoch) return { state, move: "hold", because: "stale-refusal" };
  if (isBurstRefused(state, stamp)) return refuseBurst(state, now);
  const law = learnLag(state.law, now - stamp.sentAt);
  const inFlight = suspect(state.inFlight, stamp, now, config.epoch);
  const suspected = { ...state, law, inFlight };
  if (inFlight.limit !== null && state.inFlight.limit === null) {
    return { state: suspected, move: "decrease", because: "in-flight-found", detail: `${inFlight.limit} in flight` };
  }
  return evidence === null ? refuseRate(suspected, heard) : judgeHeaders(suspected, evidence, heard);
}

/** A refusal of the rate, where headers are known: either the level foretold it, or it is evidence against them. */
function judgeHeaders(before: BudgetState, evidence: TrustEvidence, heard: Heard): Move {
  const { now, stamp } = heard;
  const state = { ...before, trust: trustRefused(before.trust, evidence) };
  if (state.tier === 0) return refuseRate(state, heard);
  if (state.trust.doubt !== null) {
    const law = takeOver(state.law, state.config, state.law.rate, false);
    const cut = refuseRate({ ...state, law, tier: 0, isCapped: false }, heard);
    const known = { ...cut.state, law: foundAstray(cut.state, before.law.rate, heard) };
    return { ...cut, state: known, because: "distrust", detail: change(before.law, known.law) };
  }
  const quota = measureRefusal(state.quota, now, evidence.quotaStamp, stamp.charged);
  const pausedUntil = Math.max(state.pausedUntil, pausedBy(state.refusedAt, heard.wait, now));
  const because = isUnpredicted(evidence) ? "unexpected-refusal" : "predicted-refusal";
  return { state: { ...state, quota, pausedUntil, refusedAt: now }, move: "decrease", because };
}

/**
 * The law with which refusals alone go on. A level that many look at lets each send as if all of it were its own, and a header may tell
 * anything: where it has led far beyond what was let in lately, while the pace was what held requests back, the law begins anew from there.
 */
function foundAstray({ law, config, ...state }: BudgetState, led: number, { now, stamp }: Heard): LawState {
  const letIn = state.meanCost * deliveredLately(state.delivered, now, state.sent, config.epoch);
  const rate = Math.max(config.rateInitial, AGAIN_FROM * letIn);
  const isAstray = stamp.isBottleneck && led >= ASTRAY * letIn && rate < law.rate;
  return isAstray ? resume(law, config, { rate, ceiling: null }) : law;
}

/** A soft failure: the server lacks capacity, for whatever reason. */
export function fail(before: BudgetState, heard: Heard): Move {
  const { now, stamp } = heard;
  if (before.outage.down !== null) return whileDown(before, before.outage.down, heard);
  const { mode, epoch } = before.law;
  const counted = count(before, heard, mode === "start" && epoch === 0);
  const capacity = capacityFailure(counted.capacity, stamp.isLow, stamp.epoch === counted.law.epoch);
  const state = { ...counted, capacity };
  if (isOutage(state.outage, state.sent)) return goDown(state, "failures", now);
  // One alone may be the server's own affair, as any failure; a second one shows what it can't take.
  if (stamp.epoch === state.law.epoch && isBurstRefused(state, stamp) && capacity.failuresSince > 1) {
    return refuseBurst({ ...state, capacity: clearCapacity(capacity) }, now);
  }
  if (stamp.epoch !== state.law.epoch || !lacksCapacity(capacity)) {
    return { state, move: "hold", because: "soft-failure" };
  }
  const basis = basisOf(state, stamp, now);
  const left = 1 - excessShare(capacity);
  const law = cutCapacity(state, basis, left, heard);
  const letIn = left > OUTAGE_LEFT ? left * basis : null;
  const next = {
    ...state,
    capacity: { ...clearCapacity(capacity), letIn },
    refinement: null,
    isCapped: state.tier !== 0,
  };
  return { state: lowered(next, law, now), move: "decrease", because: "capacity-loss", detail: change(state.law, law) };
}

/** A mild cut, and deeper by what the failures say; but where most fail, an outage may have begun, and they say nothing of a rate. */
function cutCapacity({ law, config }: BudgetState, basis: number, left: number, { now, dice }: Heard): LawState {
  const isTelling = law.mode === "avoid" && left > OUTAGE_LEFT;
  const lower = cut(law, config, { now, factor: CAPACITY_DECREASE * (isTelling ? left : 1), basis, dice });
  if (law.mode === "start") return refine(lower, config, basis * Math.max(START_LEFT_MIN, left));
  // Several had to fail until they were more than usual: the limit was passed a while ago.
  return isTelling ? refine(lower, config, (basis * (1 + left)) / 2) : lower;
}

/** Counts a try as refused wherever it was counted as sent. `isUnknown`: the limit, which it says nothing of, was never met. */
function count(state: BudgetState, { now, stamp }: Heard, isUnknown = false): BudgetState {
  const failure = { now, number: stamp.number, sent: state.sent, rate: state.law.rate, isUnknown };
  return {
    ...state,
    recent: countRecentRefused(state.recent, stamp.number),
    delivered: takeBack(state.delivered, stamp.sentAt, state.config.epoch),
    outage: countSinceUp(outageFailure(state.outage, failure), stamp.number),
    trend: countInTrend(state.trend, stamp.number),
    refinement: state.refinement && countInRefinement(state.refinement, stamp),
  };
}

/** During an outage only the probe counts. */
function whileDown(state: BudgetState, down: Down, { now, stamp, wait, dice }: Heard): Move {
  const delivered = takeBack(state.delivered, stamp.sentAt, state.config.epoch);
  const counted = countSinceUp(state.outage, stamp.number);
  if (!isProbeOf(down, stamp)) {
    return { state: { ...state, delivered, outage: counted }, move: "hold", because: "outage-wait" };
  }
  const outage = probeFailed(counted, down, now, dice, wait);
  return { state: { ...state, delivered, outage }, move: "hold", because: "outage-probe-failed" };
}

function isBurstRefused({ burst, meanCost }: BudgetState, stamp: Stamp): boolean {
  return burst.size > 1 && isOfBurst(burst, stamp, meanCost / stamp.rate);
}

function refuseBurst(state: BudgetState, now: number): Move {
  const burst = lowerBurst(state.burst, now);
  // What the burst lost is no share of what the rate lost: the next cut would be twice as deep for it.
  const recent = openRecent(now, state.sent);
  const next = lowered({ ...state, burst, recent }, nextEpoch(state.law), now);
  return { state: next, move: "decrease", because: "burst-refused", detail: `burst ${burst.size}` };
}

function refuseRate(before: BudgetState, heard: Heard): Move {
  const { now, stamp, wait, dice } = heard;
  const outage = droughtRefusal(before.outage, before.sent, before.law);
  const state = { ...before, outage };
  if (isDrought(outage, state.sent)) return goDown(state, "refusals", now);
  if (isNothingLetIn(outage, state.sent)) return waitLonger(state, heard);
  const refined = refineEarly(state);
  if (refined !== null) {
    const looked = { ...state, refinement: null, refusedAt: now };
    return {
      state: lowered(looked, refined, now),
      move: "decrease",
      because: "loss-share",
      detail: change(state.law, refined),
    };
  }
  const factor = factorOf(state, heard);
  const basis = basisOf(state, stamp, now);
  const { heldBack } = state.law;
  const trend = learnTrend(state.trend, { now, sent: state.sent, heldBack, epoch: state.config.epoch });
  const law = cut(state.law, state.config, { now, factor, basis, dice, rise: trend.perSecond });
  const next = {
    ...state,
    trend,
    refinement: secondLook(state, heard, basis),
    refusedAt: now,
    pausedUntil: Math.max(state.pausedUntil, pausedBy(state.refusedAt, wait, now)),
  };
  const because = factor < decreaseOf(state.law, state.config) ? "loss-share" : "fresh-429";
  return { state: lowered(next, law, now), move: "decrease", because, detail: change(state.law, law) };
}

/**
 * Refused again, and nothing let in since the cut that ended a start: a window may be spent, and then says nothing of the rate;
 * or that is still too high, and the first accept or a refusal after it will tell. The next try waits twice as long as the last.
 */
function waitLonger(state: BudgetState, { now, wait }: Heard): Move {
  const pace = spacing(state, state.law.rate);
  const longer = Math.min(WAIT_LONGER_MAX, WAIT_GROWTH * (state.outage.refusals - 1) * pace);
  const pausedUntil = Math.max(state.pausedUntil, pausedBy(state.refusedAt, wait, now));
  const next = { ...state, recent: openRecent(now, state.sent), pausedUntil, refusedAt: now };
  const creditSince = now + Math.max(pace, longer);
  return { state: { ...next, creditSince }, move: "hold", because: "nothing-let-in" };
}

/** How deep to cut: as the law says, or by the share refused since the last cut where that is more. */
function factorOf({ law, config, recent, sent, meanCost }: BudgetState, { now, untold }: Heard): number {
  const factor = decreaseOf(law, config);
  const sends = sent - recent.older.after + untold;
  if (sends >= SHARE_SENDS_MIN) return Math.max(FACTOR_MIN, Math.min(factor, 1 - recent.older.refused / sends));
  const soon = Math.max(SOON_SECONDS, (SOON_SENDS * meanCost) / law.rate);
  const isSoon = law.mode === "avoid" && law.cutAt !== null && now - law.cutAt < soon;
  return isSoon ? SOON_FACTOR : factor;
}

/** The rate that was refused: the one at the send, which may be older, and lower, than the present. */
function basisOf({ law, config, delivered, meanCost, sent }: BudgetState, stamp: Stamp, now: number): number {
  if (config.startsUnbounded && law.rate >= config.rateMax)
    return meanCost * deliveredRate(delivered, now, sent, config.epoch);
  return Math.min(law.rate, stamp.rate);
}

function secondLook(state: BudgetState, { now, stamp }: Heard, basis: number): Refinement | null {
  const lag = now - stamp.sentAt;
  if (state.law.mode !== "start" || lag >= SECOND_LOOK_EPOCHS * state.config.epoch) return null;
  const sent = state.sent - stamp.number;
  const { number: after, sentAt: since } = stamp;
  return { dueAt: now + SECOND_LOOK_LAGS * lag, epoch: state.law.epoch, basis, after, since, sent, refused: 0 };
}

/** A stated wait concerns one request; a second refusal within twice that wait, with nobody let in between, makes it everybody's. */
function pausedBy(refusedAt: number | null, wait: number, now: number): number {
  const isRepeated = wait > 0 && refusedAt !== null && now - refusedAt < 2 * wait;
  return isRepeated ? now + Math.min(wait, WAIT_MAX) : 0;
}

function goDown(state: BudgetState, kind: Down["kind"], now: number): Move {
  const rate = kind === "failures" ? state.outage.rateBeforeFailure : state.outage.rateBeforeRefusal;
  const delivered = state.meanCost * deliveredRate(state.delivered, now, state.sent, state.config.epoch);
  const outage = enterDown(state.outage, { kind, now, spacing: spacing(state, rate), delivered });
  const because = kind === "failures" ? "outage-entered" : "drought-entered";
  return { state: { ...state, outage, refinement: null }, move: "decrease", because };
}

/** After a decrease the next send is one send's time away, and no credit survives. */
function lowered(state: BudgetState, law: LawState, now: number): BudgetState {
  const recent = law.cutAt === state.law.cutAt ? state.recent : openRecent(now, state.sent);
  return { ...state, law, recent, creditSince: now + spacing(state, law.rate) };
}

function change(from: LawState, to: LawState): string {
  return `${from.rate.toFixed(2)} to ${to.rate.toFixed(2)} a second`;
}
