import type { Dimension } from "../cost.js";
import type { LimitTraits, Quota } from "../signal/signal.js";
import { createBurst } from "./burst.js";
import { createCapacity } from "./capacity.js";
import { openRecent } from "./cohort.js";
import type { BudgetView, Decision, Plan, ResponseEvent, SendEvent, Step } from "./controller.js";
import { cut } from "./cut.js";
import { addLate, createDelivered } from "./delivered.js";
import { createInFlight, documentedInFlight } from "./inflight.js";
import { createLaw, follow } from "./law.js";
import { observe } from "./observe.js";
import { toldLate } from "./others.js";
import { createOutage } from "./outage.js";
import { plan, view } from "./plan.js";
import { levelBefore, quotaSend } from "./quota.js";
import { createQuota } from "./quota-state.js";
import { lookLater, sentInRefinement } from "./refinement.js";
import { respond } from "./respond.js";
import { restore } from "./restore.js";
import { send } from "./send.js";
import { settle } from "./settle.js";
import { type BudgetConfig, type BudgetState, LATE, type Move, type Stamp, secondsOf } from "./state.js";
import { chooseSteering, readingOf } from "./steer.js";
import { tokensInitial } from "./tokens.js";
import { createTrend } from "./trend.js";
import { trustInitial } from "./trust.js";

/**
 * One budget: the only door to this folder. Outside, instants and durations are in milliseconds; inside, everything is
 * in seconds and units a second, and this file converts. All functions are pure: states are plain JSON and never change,
 * and time and dice are handed in.
 */

export { startApart, together } from "./restore.js";
export type { BudgetState, Stamp };

/** What a budget is made of. */
export interface BudgetSpec {
  readonly dimension: Dimension;
  readonly scope?: string;
  readonly law: "plateau" | "aimd";
  readonly epochMs: number;
  readonly multiplicativeDecrease: number;
  /** Units a second gained each second, for `aimd`. Default: in proportion to the last known limit. */
  readonly additiveIncrease?: number;
  readonly rateInitial: number;
  readonly rateMin: number;
  readonly rateMax: number;
  /** Sends that may go at once after a pause. */
  readonly burst: number;
  readonly startDoublingMs: number;
  readonly traits: LimitTraits;
  /** Units that a send is expected to cost. Default 1. */
  readonly meanCost?: number;
  /**
   * What brought it into being, where that wasn't the first request: an advertised quota, a refusal that named it, or a
   * documented number of tries in flight.
   */
  readonly born?:
    | { readonly quota: Quota }
    | { readonly refusedWithDeliveredPerSecond: number }
    | { readonly atOnceMax: number };
}

/** A budget born of anything else than requests allows at least one mean send in this many seconds. */
const SLOWEST_SEND_SECONDS = 20;

export function createBudget(spec: BudgetSpec, nowMs: number): BudgetState {
  const now = nowMs / 1000;
  const config = configOf(spec);
  // In the order of `copyOf`: V8 tells objects apart by it, and compiled code would be thrown away at the first copy.
  const state: BudgetState = {
    config,
    clock: 0,
    law: lawAtBirth(spec, config, now),
    outage: createOutage(),
    capacity: createCapacity(),
    inFlight:
      spec.born !== undefined && "atOnceMax" in spec.born
        ? documentedInFlight(spec.born.atOnceMax, now, config.epoch)
        : createInFlight(),
    burst: createBurst(config.burst),
    delivered: createDelivered(now),
    recent: openRecent(now, 0),
    trend: createTrend(),
    refinement: null,
    quota: createQuota(config.traits),
    trust: trustInitial,
    tokens: tokensInitial,
    tier: 0,
    isCapped: false,
    sent: 0,
    sentAt: null,
    meanCost: spec.meanCost ?? 1,
    spent: 0,
    pausedUntil: 0,
    creditSince: null,
    refusedAt: null,
    accepts: { since: now, count: 0 },
  };
  return config.startsUnbounded ? withQuota(state, spec.born, now) : state;
}

/** The quota that brought the budget into being steers at once, as if a request of no cost had asked for it. */
function withQuota(state: BudgetState, born: BudgetSpec["born"], now: number): BudgetState {
  if (born === undefined || !("quota" in born)) return state;
  const { quota, stamp } = quotaSend({ ...state.quota, unit: state.meanCost }, now, 0);
  const heard = observe(quota, now, stamp, readingOf(born.quota), false);
  return chooseSteering({ ...state, sent: 1, quota: heard }, now);
}

function configOf(spec: BudgetSpec): BudgetConfig {
  const slowest = spec.dimension === "requests" ? 0 : (spec.meanCost ?? 1) / SLOWEST_SEND_SECONDS;
  return {
    dimension: spec.dimension,
    law: spec.law,
    epoch: spec.epochMs / 1000,
    decrease: spec.multiplicativeDecrease,
    additiveIncrease: spec.additiveIncrease ?? null,
    rateInitial: spec.rateInitial,
    rateMin: Math.min(spec.rateMax, Math.max(spec.rateMin, slowest)),
    rateMax: spec.rateMax,
    startDoubling: spec.startDoublingMs / 1000,
    burst: spec.traits.isPerSecond === true ? 1 : Math.max(1, spec.burst),
    traits: spec.traits,
    // A number in flight has no rate to be found.
    startsUnbounded: spec.dimension === "concurrency" || (spec.born !== undefined && "quota" in spec.born),
  };
}

/** A refusal names a dimension that had no budget: what was delivered of it is its limit, and the first cut is taken. */
function lawAtBirth(spec: BudgetSpec, config: BudgetConfig, now: number): BudgetState["law"] {
  const law = createLaw(config);
  if (config.startsUnbounded) return { ...law, rate: config.rateMax };
  if (spec.born === undefined || !("refusedWithDeliveredPerSecond" in spec.born)) return law;
  const delivered = follow(law, config, spec.born.refusedWithDeliveredPerSecond);
  return cut(delivered, config, { now, factor: config.decrease, basis: delivered.rate, dice: 0.5 });
}

/** What is allowed now. Cheap: asked at every admission. */
export function planOf(state: BudgetState, nowMs: number): Plan {
  return plan(state, nowMs);
}

/** A try is sent. There is a decision only where time alone has decided something: a drought is over. */
export function onSend(
  before: BudgetState,
  event: SendEvent,
): { readonly state: BudgetState; readonly stamp: Stamp; readonly decision?: Decision } {
  const { state, stamp, move } = send(before, secondsOf(before, event.nowMs), event);
  return move === undefined ? { state, stamp } : { state, stamp, decision: decisionOf(move, event.nowMs) };
}

/**
 * The stamp of a try that was sent before it was counted here, at `sentAtMs`, and knew of no epoch later than `epoch`: its
 * response is late by what it is late, and lowers nothing that was lowered meanwhile. Sent before a probe began, it isn't the probe's:
 * what it got through would be held against the headers.
 */
export function sentEarlier(state: BudgetState, stamp: Stamp, sentAtMs: number, epoch: number): Stamp {
  const sentAt = Math.min(stamp.sentAt, secondsOf(state, sentAtMs));
  const quota = stamp.quota && { ...stamp.quota, sentAt };
  const isOfProbe = sentAt >= (state.trust.probe.begunAt ?? 0);
  const trust = isOfProbe || stamp.trust.probe === 0 ? stamp.trust : { ...stamp.trust, probe: 0 };
  return { ...stamp, sentAt, quota, trust, epoch: Math.min(stamp.epoch, epoch) };
}

/**
 * The stamp of a try before which, as has turned out, `units` more were used than was thought when it was counted; fewer, if
 * negative. In what its header tells they are used.
 */
export function usedBefore(stamp: Stamp, units: number): Stamp {
  const { quota } = stamp;
  if (quota === null || units === 0) return stamp;
  const level = quota.level === null ? null : quota.level - units;
  return { ...stamp, quota: { ...quota, level, sentTotal: quota.sentTotal + units } };
}

/**
 * A send has been counted that was made elsewhere, and earlier. One that hadn't heard of a decrease is in no cohort that was opened
 * since, but may be one of those behind the first refusal of a start. Where a header of a later send has told of the level already,
 * it was in that, and was taken for an error.
 */
export function countedLate(state: BudgetState, stamp: Stamp): { readonly state: BudgetState; readonly stamp: Stamp } {
  const { charged, sentAt } = stamp;
  const isStale = stamp.epoch < state.law.epoch;
  const late = isStale ? { ...stamp, number: LATE } : stamp;
  return { state: withLevel(isStale ? unnumbered(state, late) : state, charged, sentAt), stamp: late };
}

function unnumbered(state: BudgetState, stamp: Stamp): BudgetState {
  const { refinement, delivered, config } = state;
  return {
    ...state,
    sent: state.sent - 1,
    delivered: addLate(delivered, stamp.sentAt, config.epoch),
    refinement: refinement && sentInRefinement(refinement, stamp),
  };
}

function withLevel(state: BudgetState, units: number, sentAt: number): BudgetState {
  const quota = toldLate(state.quota, units, sentAt);
  return quota === state.quota ? state : { ...state, quota };
}

/**
 * The stamp of a try that others' probe may have left no room for: it was sent after that had begun, and before all had heard of its
 * end, which takes `hearingMs`. Refused, it is a part of what the probe has bought, and no evidence against the headers.
 */
export function amidProbe({ trust: { probe } }: BudgetState, stamp: Stamp, hearingMs: number): Stamp {
  const { since, begunAt, count, dueAt, patience } = probe;
  if (since !== null || begunAt === null || dueAt === null || stamp.trust.tier === 0) return stamp;
  const endedAt = dueAt - patience;
  const isSince = stamp.sentAt >= begunAt;
  return isSince && stamp.sentAt < endedAt + hearingMs / 1000
    ? { ...stamp, trust: { ...stamp.trust, probe: count } }
    : stamp;
}

/**
 * What all are to hear takes `hearingMs` until they have, 0 for one alone: a refusal lowers the rate of all no sooner, and nobody knows
 * how full a bucket is that is emptied meanwhile. All hear sooner while a probe lasts; what they know of the bucket is the same.
 */
export function heardAfter(state: BudgetState, hearingMs: number): BudgetState {
  const { law, quota, trust } = state;
  const hearing = hearingMs / 1000;
  if (hearing > 0 && trust.probe.since !== null) return { ...state, law: { ...law, lag: hearing } };
  const lag = Math.max(law.lag, hearing);
  if (lag === law.lag && hearing === quota.hearing) return state;
  return { ...state, law: { ...law, lag }, quota: { ...quota, hearing } };
}

/** Others haven't told yet what they sent before the last decrease: until they have, what came of it is no evidence. */
export function beforeAllIsTold(state: BudgetState, nowMs: number): BudgetState {
  const { refinement } = state;
  return refinement === null ? state : { ...state, refinement: lookLater(refinement, secondsOf(state, nowMs)) };
}

/** Its response is known. Every try gets exactly one. */
export function onResponse(state: BudgetState, event: ResponseEvent<Stamp>): Step<BudgetState> {
  const heard = {
    now: secondsOf(state, event.nowMs),
    stamp: event.stamp,
    verdict: event.verdict,
    quota: event.quota,
    wait: (event.statedRetryAfterMs ?? 0) / 1000,
    dice: event.dice,
    untold: event.untold ?? 0,
  };
  const move = respond(state, heard);
  return { state: move.state, decision: decisionOf(move, event.nowMs) };
}

function decisionOf({ move, because, detail }: Move, atMs: number): Decision {
  return detail === undefined ? { move, because, atMs } : { move, because, detail, atMs };
}

/** Its body has ended, or it was lost: what it really cost, undefined where nobody knows. Every try gets exactly one. */
export function onSettle(
  state: BudgetState,
  event: { readonly nowMs: number; readonly stamp: Stamp; readonly actual: number | undefined },
): BudgetState {
  return settle(state, secondsOf(state, event.nowMs), event.stamp, event.actual);
}

/** Sends that were left for the stamped try, by what is known now; undefined where the server doesn't tell. */
export function predictedLevel(state: BudgetState, stamp: Stamp): number | undefined {
  if (stamp.quota === null) return undefined;
  const level = levelBefore(state.quota, stamp.quota, stamp.charged);
  return level === undefined ? undefined : level / Math.max(stamp.charged, state.quota.unit);
}

export function snapshotBudget(state: BudgetState): BudgetState {
  return { ...state, refinement: null };
}

/**
 * A snapshot continued in another process, whose monotonic clock began elsewhere. The answers to what the old one sent
 * will never come, so a new epoch begins. `ageMs`: how long ago it was taken.
 */
export function restoreBudget(state: BudgetState, nowMs: number, ageMs = 0): BudgetState {
  return restore(state, nowMs / 1000, ageMs / 1000);
}

export function viewOf(state: BudgetState, nowMs: number): BudgetView {
  return view(state, nowMs);
}
