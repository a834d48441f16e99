import { powerOfTwo } from "../power.js";
import type { Quota } from "../signal/signal.js";
import { type Bottom, feelHunger } from "./hunger.js";
import { follow, type LawState, nextEpoch, takeOver } from "./law.js";
import { type LevelPlan, levelPlan } from "./level.js";
import { livenessDead } from "./liveness.js";
import { observe } from "./observe.js";
import { levelBefore, quotaSend, quotaVoid, withoutDebt } from "./quota.js";
import { capacity, type QuotaReading, type QuotaStamp, type QuotaState, refillRate } from "./quota-state.js";
import { isSensible } from "./sensible.js";
import { type BudgetState, copyOf, type Heard, type Stamp, spacing } from "./state.js";
import { outputHeadroom } from "./tokens.js";
import { chooseTier, isProbing, type TrustEvidence, type TrustStamp, trustAccepted, trustSend } from "./trust.js";

/** How what the server advertises joins the law: who steers, and what a response tells the estimate and its trust. */

/** A response after its quota was read: the evidence that it is for or against the headers; null where none were ever read. */
export interface Read {
  readonly state: BudgetState;
  readonly evidence: TrustEvidence | null;
}

/** Held back to less than this share of the advertised limit, a sender goes hungry. */
const HUNGRY_SHARE = 0.5;
/** Share of the capacity that counts as the bottom. */
const HUNGRY_LEVEL = 0.03;

/** A send, as the estimate sees it. */
export interface QuotaSend {
  readonly charged: number;
  /** The rate in force, in units a second, and whether it was what the request had waited for. */
  readonly rate: number;
  readonly isBottleneck: boolean;
}

/** Seconds in which the rate may double towards what headers promise, and its growth from one send to the next at most. */
const REACH_DOUBLING = 0.25;
const REACH_FACTOR_MAX = 4;

const UNSTEERED: TrustStamp = { tier: 0, probe: 0 };

/** What the headers allow, or null where refusals steer. */
export function steering(state: BudgetState, now: number): LevelPlan | null {
  if (state.tier === 0) return null;
  const { margin, probe } = state.trust;
  const isOverdue = probe.since === null || probe.isOverdue;
  const { tokens, tier } = state;
  const headroom = outputHeadroom(tokens);
  const level = levelPlan(state.quota, now, {
    tier,
    margin,
    isProbing: isProbing(state.trust, state.quota, now, tier),
    ...(isOverdue && { probedFor: now - (probe.since ?? now) }),
    ...(probe.since !== null && probe.room !== null && { room: probe.room }),
    lag: state.law.lag,
    reserved: tokens.reserved,
    headroom,
  });
  if (level === null) return null;
  const most = reachable(state, now);
  return level.rate <= most ? level : { ...level, rate: most };
}

/**
 * How fast may be sent at most, whatever headers promise. A promise a hundred times too high would bring a hundred refusals
 * before the first of them is heard; approached by doubling it brings a few, and an honest one is reached in seconds.
 */
function reachable({ config, trust, sentAt }: BudgetState, now: number): number {
  const elapsed = sentAt === null ? 0 : Math.max(0, now - sentAt);
  return Math.max(config.rateMin, trust.reached) * Math.min(REACH_FACTOR_MAX, powerOfTwo(elapsed / REACH_DOUBLING));
}

/** Counts a send in the estimate. Until a first header there is nothing to estimate, and the cost is only added up. */
export function sendQuota(state: BudgetState, now: number, { charged, rate, isBottleneck }: QuotaSend) {
  const { quota, trust } = state;
  if (quota.observedAt === null) return { quota, trust, stamp: null, trustStamp: UNSTEERED };
  const sent = quotaSend(quota, now, charged);
  const hunger = feelHunger(trust.hunger, {
    now,
    by: state.tier === 2 && isBottleneck ? bottomOf(sent.quota, rate) : null,
    window: quota.reset.kind === "window" ? (quota.reset.window ?? 0) : 0,
    lastRefusedAt: trust.lastRefusedAt,
  });
  // The advertised limit is left to steer; the level may win its place back as any other may.
  const isStarved = hunger.count > trust.hunger.count;
  const heard = isStarved ? { ...sent.quota, liveness: livenessDead } : sent.quota;
  const reached = state.tier !== 0 && isBottleneck ? Math.max(trust.reached, rate) : trust.reached;
  const isSame = hunger === trust.hunger && reached === trust.reached;
  const excess = isBottleneck ? rate - (refillRate(heard) ?? rate) : 0;
  const trusted = trustSend(isSame ? trust : { ...trust, hunger, reached }, heard, now, excess);
  return { quota: heard, trust: trusted.trust, stamp: sent.stamp, trustStamp: trusted.stamp };
}

/** Reads the quota that a response carries, whatever its verdict. */
export function read(state: BudgetState, { now, stamp, verdict, quota: stated }: Heard): Read {
  if (state.quota.observedAt === null && stated === undefined) return { state, evidence: null };
  const reading = stated === undefined ? {} : readingOf(stated);
  const hasReading = isSensible(state.quota, reading);
  if (state.quota.observedAt === null && !hasReading) return { state, evidence: null };
  const quotaStamp = quotaStampOf(stamp);
  const known = state.quota.observedAt === null ? firstQuota(state) : state.quota;
  const before = levelBefore(known, quotaStamp, stamp.charged);
  const isRefused = verdict === "refused" || verdict === "saturated" || verdict === "void";
  const voided = isRefused ? quotaVoid(known, quotaStamp, stamp.charged) : known;
  const quota = stated === undefined ? voided : observe(voided, now, quotaStamp, reading, isRefused);
  const evidence = {
    now,
    quota,
    quotaStamp,
    stamp: stamp.trust,
    cost: stamp.charged,
    levelBefore: before,
    hasReading,
    remaining: reading.remaining,
  };
  if (quota === state.quota) return { state, evidence };
  const next = copyOf(state);
  next.quota = quota;
  return { state: next, evidence };
}

/** The level where it is seen at its bottom and holds a send back. Clients that share a bucket politely keep it a tenth full. */
function bottomOf(quota: QuotaState, rate: number): Bottom | null {
  const refill = refillRate(quota);
  if (refill === null || quota.level === null || rate >= HUNGRY_SHARE * refill) return null;
  const seen = quota.reset.previous?.remaining ?? quota.level;
  const full = capacity(quota);
  return seen <= HUNGRY_LEVEL * full + 2 * quota.unit ? { seen, capacity: full } : null;
}

/** An accept speaks for the headers, or against them where they denied it. */
export function trustAccept({ state, evidence }: Read): BudgetState {
  if (evidence === null) return state;
  const next = copyOf(state);
  next.trust = trustAccepted(state.trust, evidence);
  return next;
}

/** Who steers from here on: chosen once, at a step's end. Each change is a new epoch, and none makes the rate jump. */
export function chooseSteering(state: BudgetState, now: number): BudgetState {
  const tier = chooseTier(state.trust, state.quota);
  if (tier === state.tier || state.config.dimension === "concurrency") return state;
  if (tier === 0 && !state.isCapped) {
    const law = takeOver(state.law, state.config, state.law.rate, state.trust.doubt === "low");
    return { ...state, tier, law, creditSince: now + spacing(state, law.rate) };
  }
  const trust = state.tier === 0 ? { ...state.trust, reached: state.law.rate } : state.trust;
  const quota = state.tier === 1 && tier === 2 ? withoutDebt(state.quota) : state.quota;
  return { ...state, tier, trust, quota, law: nextEpoch(state.law), isCapped: tier !== 0 && state.isCapped };
}

/** The law while headers steer: its rate is theirs, so that a change of hands makes no jump; but not while it bounds them. */
export function followLaw(state: BudgetState, now: number, grown: LawState): { law: LawState; isCapped: boolean } {
  const level = steering(state, now);
  if (level === null) return { law: grown, isCapped: false };
  const isCapped = state.isCapped && grown.rate < level.rate;
  return { law: isCapped ? grown : follow(grown, state.config, level.rate), isCapped };
}

/** The stamp of a send that was made before the first header: nothing was predicted for it. */
export function quotaStampOf(stamp: Stamp): QuotaStamp {
  if (stamp.quota !== null) return stamp.quota;
  return {
    seq: stamp.number,
    sentAt: stamp.sentAt,
    level: null,
    corrections: 0,
    era: 0,
    sentTotal: stamp.spent,
    others: 0,
    othersMoment: 0,
  };
}

/** The estimate begins: it takes over what was sent before anybody asked for it. */
function firstQuota({ quota, sent, spent }: BudgetState): QuotaState {
  const unit = spent > 0 ? spent / sent : quota.unit;
  return { ...quota, seq: sent, sentTotal: spent, unit, variance: unit * unit };
}

/** The same quota in seconds. A window that a reader inferred is no evidence: it is inferred here, from more than one answer. */
export function readingOf(quota: Quota): QuotaReading {
  const reading: { -readonly [Field in keyof QuotaReading]: QuotaReading[Field] } = {};
  if (quota.limit !== undefined) reading.limit = quota.limit;
  if (quota.remaining !== undefined) reading.remaining = quota.remaining;
  if (quota.resetInMs !== undefined) reading.resetIn = quota.resetInMs / 1000;
  if (quota.windowMs !== undefined && quota.windowInferred !== true) reading.window = quota.windowMs / 1000;
  return reading;
}
