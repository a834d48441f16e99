import type { Quota } from "../signal/signal.js";
import { follow, type LawState, nextEpoch, takeOver } from "./law.js";
import { type LevelPlan, levelPlan } from "./level.js";
import { isSensible, observe } from "./observe.js";
import { levelBefore, type QuotaReading, type QuotaStamp, type QuotaState, quotaSend, quotaVoid } from "./quota.js";
import { type BudgetState, copyOf, type Heard, type Stamp, spacing } from "./state.js";
import { outputHeadroom } from "./tokens.js";
import { chooseTier, type TrustEvidence, type TrustStamp, trustAccepted, trustSend } from "./trust.js";

/** How what the server advertises joins the law: who steers, and what a response tells the estimate and its trust. */

/** A response after its quota was read: the evidence that it is for or against the headers; null where none were ever read. */
export interface Read {
  readonly state: BudgetState;
  readonly evidence: TrustEvidence | null;
}

const UNSTEERED: TrustStamp = { tier: 0, probe: 0 };

/** What the headers allow, or null where refusals steer. */
export function steering(state: BudgetState, now: number): LevelPlan | null {
  if (state.tier === 0) return null;
  const { margin, probe } = state.trust;
  const { tokens, tier } = state;
  const headroom = outputHeadroom(tokens);
  return levelPlan(state.quota, now, {
    tier,
    margin,
    isProbing: probe.since !== null,
    reserved: tokens.reserved,
    headroom,
  });
}

/** Counts a send in the estimate. Until a first header there is nothing to estimate, and the cost is only added up. */
export function sendQuota(state: BudgetState, now: number, charged: number) {
  const { quota, trust } = state;
  if (quota.observedAt === null) return { quota, trust, stamp: null, trustStamp: UNSTEERED };
  const sent = quotaSend(quota, now, charged);
  const trusted = trustSend(trust, sent.quota, now);
  return { quota: sent.quota, trust: trusted.trust, stamp: sent.stamp, trustStamp: trusted.stamp };
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
  };
  if (quota === state.quota) return { state, evidence };
  const next = copyOf(state);
  next.quota = quota;
  return { state: next, evidence };
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
  return { ...state, tier, law: nextEpoch(state.law), isCapped: tier !== 0 && state.isCapped };
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
