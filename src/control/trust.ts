import { powerOfTwo } from "../power.js";
import { type HungerState, hungerInitial } from "./hunger.js";
import { isWindowSure } from "./length.js";
import { isAlive } from "./liveness.js";
import type { ProbeState } from "./probe.js";
import { endProbe, hasFoundRoom, isProbeOverdue, probeAccepted, probeInitial, probeSend } from "./probe.js";
import { dropLongProbe, hadRoom, isBeyondRoom, isOutdated, mayInsist, mayProbe, toldRoom } from "./probing.js";
import type { QuotaStamp, QuotaState } from "./quota-state.js";
import { capacity, refillRate } from "./quota-state.js";
import { isMoreThanTold, type TakingsState, take, takingsInitial } from "./takings.js";
import { isAtEdge } from "./window.js";

/** 2: the level steers; 1: the limit alone does; 0: feedback alone. */
export type Tier = 0 | 1 | 2;

/** Why the headers don't steer, though they are there. `low`: they deny room that the server has. */
export type Doubt = "refusals" | "low" | null;

/**
 * Headers against refusals. Each refusal is either predicted by the level, and then it is the header telling the truth,
 * or it isn't: a sequential likelihood test (CUSUM) takes the steering from the headers, and refusals that their shadow
 * predicts give it back.
 */
export interface TrustState {
  readonly doubt: Doubt;
  /** Log-likelihood that refusals come unpredicted, from 0; `SUSPICION_MAX` is distrust. */
  readonly suspicion: number;
  /** The same for all refusals while headers steer, predicted or not: those must stay rare too. */
  readonly weariness: number;
  /** Refusals that the shadow predicted since the last that it didn't. */
  readonly redemption: number;
  /** How often trust was given back: each time it takes twice as much. */
  readonly recoveries: number;
  /** Accepts in a row without a quota, and whether the headers count as gone. */
  readonly missing: number;
  readonly isVanished: boolean;
  /** Share of the limit that tier 1 sends at. */
  readonly margin: number;
  readonly lastRefusedAt: number | null;
  /** Whether the quota is known for a sliding log: what was held against its headers before was our misreading. */
  readonly isSliding: boolean;
  readonly hunger: HungerState;
  /** The fastest that was sent since headers steer, or what the law had before, in units a second. */
  readonly reached: number;
  readonly probe: ProbeState;
  readonly takings: TakingsState;
}

/** What a send carries for trust. */
export interface TrustStamp {
  readonly tier: Tier;
  /** Number of the probe that it belongs to, 0 where it belongs to none. */
  readonly probe: number;
}

/** One answer, as trust sees it. */
export interface TrustEvidence {
  readonly now: number;
  /** The quota after this answer was observed. */
  readonly quota: QuotaState;
  readonly quotaStamp: QuotaStamp;
  readonly stamp: TrustStamp;
  readonly cost: number;
  /** `levelBefore` of the send, asked before its refusal was counted and its header applied. */
  readonly levelBefore: number | undefined;
  /** Whether the answer carried a quota that makes sense. */
  readonly hasReading: boolean;
  /** What was left by the answer's own word, if it said. */
  readonly remaining?: number | undefined;
}

/** Likelihoods of an unpredicted refusal: with honest headers, and with lying ones. */
const UNPREDICTED_HONEST = 0.002;
const UNPREDICTED_LYING = 0.08;
const SUSPECT = Math.log(UNPREDICTED_LYING / UNPREDICTED_HONEST);
const ACQUIT = Math.log((1 - UNPREDICTED_LYING) / (1 - UNPREDICTED_HONEST));
/** Two unpredicted refusals in a row, or two within 17 accepts. */
const SUSPICION_MAX = 6;
/** Suspicion that a recovered header starts with: one more refusal ends it. */
const SUSPICION_ON_PAROLE = 3;
const WEARINESS_EACH = 2.3;
const WEARINESS_RELIEF = 0.095;
const WEARINESS_MAX = 9.2;
/** In tier 1 nothing is predicted, so that a refusal weighs less. */
const LIMIT_SUSPECT = 1.5;
const LIMIT_ACQUIT = 0.05;
const MARGIN_INITIAL = 0.98;
const MARGIN_MIN = 0.9;
const MARGIN_MAX = 0.995;
const MARGIN_STEP_DOWN = 0.01;
const MARGIN_STEP_UP = 1e-5;
const REDEMPTION_MIN = -4;
const REDEMPTION_NEEDED = 3;
const REDEMPTION_NEEDED_MAX = 24;
/** Accepts without a header, and seconds since the last one, until headers count as gone. */
const MISSING_MAX = 10;
const MISSING_SECONDS = 10;
/** Nothing is probed so soon after a refusal, in seconds. */
const CALM_SECONDS = 10;
/** Windows shorter than this can't be steered inside, in seconds; nor buckets with room for fewer sends, or for what is sent in so many hearings. */
const WINDOW_MIN = 5;
const DEPTH_MIN = 3;
const HEARINGS = 3;

/** Headers are believed until they are found out. */
export const trustInitial: TrustState = {
  doubt: null,
  suspicion: 0,
  weariness: 0,
  redemption: 0,
  recoveries: 0,
  missing: 0,
  isVanished: false,
  margin: MARGIN_INITIAL,
  lastRefusedAt: null,
  isSliding: false,
  hunger: hungerInitial,
  reached: 0,
  probe: probeInitial,
  takings: takingsInitial,
};

/** What may steer now. */
export function chooseTier(trust: TrustState, quota: QuotaState): Tier {
  if (trust.doubt !== null || trust.isVanished || quota.limit === null) return 0;
  const { kind, window, end } = quota.reset;
  if (window !== null && !isWindowSure(quota.reset)) return 0;
  const canSteer = quota.level !== null && isAlive(quota.liveness);
  if (refillRate(quota) === null) return canSteer && kind === "window" && window === null && end !== null ? 2 : 0;
  if (!canSteer) return 1;
  const shallow = Math.max(DEPTH_MIN * quota.unit, HEARINGS * quota.hearing * (refillRate(quota) ?? 0));
  const isSteerable = kind === "window" ? window !== null && window > WINDOW_MIN : capacity(quota) >= shallow;
  return isSteerable ? 2 : 1;
}

/** Counts a send, `excess` units a second beyond the refill, and begins a probe for room where one is due and can hurt nobody. */
export function trustSend(
  trust: TrustState,
  quota: QuotaState,
  now: number,
  excess = 0,
): { readonly trust: TrustState; readonly stamp: TrustStamp } {
  const tier = chooseTier(trust, quota);
  const isCalm = tier !== 0 && isCalmAt(trust, now);
  const probe = probeSend(dropLongProbe(trust.probe, quota, now, tier), {
    now,
    mayBegin: isCalm && mayProbe(quota, now, tier),
    mayInsist: isCalm && mayInsist(trust.probe, quota, now, tier),
    told: toldRoom(quota, tier),
    excess,
  });
  return { trust: { ...trust, probe }, stamp: { tier, probe: probe.since === null ? 0 : probe.count } };
}

/** Whether a probe is under way, or has been put off for so long that even a closed gate must let it begin. */
export function isProbing(trust: TrustState, quota: QuotaState, now: number, tier: Tier): boolean {
  if (trust.probe.since !== null) return true;
  return isProbeOverdue(trust.probe, now) && isCalmAt(trust, now) && mayInsist(trust.probe, quota, now, tier);
}

function isCalmAt({ lastRefusedAt }: TrustState, now: number): boolean {
  return lastRefusedAt === null || now - lastRefusedAt > CALM_SECONDS;
}

/** The server let the stamped request in. */
export function trustAccepted(trust: TrustState, evidence: TrustEvidence): TrustState {
  const { stamp } = evidence;
  const heard = hear(trust, evidence, true);
  const next: TrustState = {
    ...heard,
    weariness: stamp.tier === 0 ? heard.weariness : Math.max(0, heard.weariness - WEARINESS_RELIEF),
    suspicion: acquit(heard.suspicion, evidence),
    margin: stamp.tier === 1 ? Math.min(MARGIN_MAX, heard.margin + MARGIN_STEP_UP) : heard.margin,
    redemption:
      heard.doubt !== null && isOverdrawn(evidence, heard.doubt)
        ? Math.min(0, heard.redemption) - 0.3
        : heard.redemption,
    takings: take(heard.takings, evidence.quota, evidence.quotaStamp, evidence.cost),
  };
  if (stamp.tier === 2 && next.doubt === null && isMoreThanTold(next.takings, evidence.quota)) {
    return { ...next, probe: endProbe(next.probe, evidence.now), doubt: "low", redemption: 0 };
  }
  if (stamp.probe === 0 || next.probe.since === null || stamp.probe !== next.probe.count) return next;
  const probe = probeAccepted(next.probe, evidence.quotaStamp.sentAt, evidence.cost, (accepted, lastSentAt) =>
    isBeyondRoom(accepted, lastSentAt - (next.probe.since ?? lastSentAt), evidence),
  );
  if (!hasFoundRoom(probe)) return { ...next, probe };
  return { ...next, probe: endProbe(probe, evidence.now), doubt: "low", redemption: 0 };
}

function acquit(suspicion: number, { stamp, levelBefore, quota }: TrustEvidence): number {
  if (stamp.tier === 1) return Math.max(0, suspicion - LIMIT_ACQUIT);
  // An accept that the header promised is what honest headers look like; one from an empty bucket says nothing.
  const isPromised = stamp.tier === 2 && levelBefore !== undefined && levelBefore > 2 * quota.unit;
  return isPromised ? Math.max(0, suspicion + ACQUIT) : suspicion;
}

/** Accepted from a level far below zero: the header still denies room. */
function isOverdrawn({ quota, quotaStamp }: TrustEvidence, doubt: Doubt): boolean {
  const { level, era } = quotaStamp;
  const isWindow = quota.reset.kind === "window";
  // A window is over before an answer tells of it, and what was predicted in it was predicted all the same.
  if (level === null || (era !== quota.era && !isWindow)) return false;
  // A window once proven too low is always at its end, and foretells all refusals: what counts is what it denied.
  return level < (doubt === "low" && isWindow ? -quota.unit : -3 * (quota.unit + Math.sqrt(quota.variance)));
}

/**
 * This quota refused the stamped request, which was sent in the present epoch. Afterwards `doubt` may be `refusals`:
 * then the law takes over, with one cut.
 */
export function trustRefused(trust: TrustState, evidence: TrustEvidence): TrustState {
  const heard = { ...hear(trust, evidence, false), lastRefusedAt: evidence.now };
  const isUnexpected = isUnpredicted(evidence);
  return evidence.stamp.tier === 0 || heard.doubt !== null
    ? redeem(heard, evidence, isUnexpected)
    : suspect(heard, evidence, isUnexpected);
}

/** Whether the level had promised room for a request that was refused. */
export function isUnpredicted({ levelBefore, cost, quota, quotaStamp }: TrustEvidence): boolean {
  if (levelBefore === undefined) return true;
  if (levelBefore <= cost + 0.5 * quota.unit + 2 * Math.sqrt(quota.variance)) return false;
  // Where a window begins a little later than supposed, its header is wrong about the moment and right about the rest.
  const isLateReset = levelBefore > 0.5 * (quota.limit ?? 0) && isAtEdge(quota.reset, quotaStamp.sentAt);
  return !isLateReset;
}

/** Sent on the word of a limit that was taken back before the answer was heard: by that very answer, at the earliest. */
function isOfOldLimit({ quota, quotaStamp }: TrustEvidence): boolean {
  return quota.loweredAt !== null && quotaStamp.sentAt < quota.loweredAt;
}

function suspect(trust: TrustState, evidence: TrustEvidence, isUnexpected: boolean): TrustState {
  const { stamp, now } = evidence;
  if (isOfOldLimit(evidence)) return trust;
  const isOfProbe = stamp.probe !== 0 && stamp.probe === trust.probe.count;
  // The refusal that a probe has bought is no evidence against the header: it shows that the header is right.
  if (isOfProbe && hadRoom(trust.probe, evidence)) {
    return { ...trust, probe: endProbe(trust.probe, now), doubt: "low", redemption: 0 };
  }
  if (isOfProbe && (stamp.tier === 1 || !isUnexpected)) return { ...trust, probe: endProbe(trust.probe, now) };
  const added = stamp.tier === 1 ? LIMIT_SUSPECT : isUnexpected ? SUSPECT : 0;
  const suspicion = trust.suspicion + added;
  const weariness = trust.weariness + WEARINESS_EACH;
  const margin = stamp.tier === 1 ? Math.max(MARGIN_MIN, trust.margin - MARGIN_STEP_DOWN) : trust.margin;
  if (suspicion <= SUSPICION_MAX && weariness <= WEARINESS_MAX) return { ...trust, suspicion, weariness, margin };
  return {
    ...trust,
    doubt: "refusals",
    suspicion: 0,
    weariness: 0,
    redemption: 0,
    margin,
    probe: endProbe(trust.probe, now),
  };
}

/** While feedback steers, the headers' shadow is tested: trust is given back ever more slowly, or it would flap. */
function redeem(trust: TrustState, { quota, hasReading }: TrustEvidence, isUnexpected: boolean): TrustState {
  if (trust.doubt === null) return trust;
  const redemption = isUnexpected ? Math.max(REDEMPTION_MIN, Math.min(0, trust.redemption) - 1) : trust.redemption + 1;
  const needed = Math.min(REDEMPTION_NEEDED_MAX, REDEMPTION_NEEDED * powerOfTwo(Math.min(trust.recoveries, 8)));
  if (redemption < needed || !hasReading || !isAlive(quota.liveness)) return { ...trust, redemption };
  return {
    ...trust,
    doubt: null,
    suspicion: SUSPICION_ON_PAROLE,
    redemption: 0,
    recoveries: trust.recoveries + 1,
    probe: { ...trust.probe, nextAt: trust.probe.sends + trust.probe.gap },
  };
}

/** Whether headers still come. Refusals often carry none: only accepts without one count. */
function hear(before: TrustState, { now, quota, hasReading }: TrustEvidence, isAccepted: boolean): TrustState {
  const known = quota.reset.kind === "sliding" && !before.isSliding ? acquitSliding(before) : before;
  const trust = isOutdated(known.probe, quota) ? { ...known, probe: endProbe(known.probe, now) } : known;
  if (!hasReading && !isAccepted) return trust;
  if (hasReading) return trust.missing === 0 && !trust.isVanished ? trust : { ...trust, missing: 0, isVanished: false };
  const missing = trust.missing + 1;
  const isVanished = missing >= MISSING_MAX && now - (quota.observedAt ?? now) > MISSING_SECONDS;
  return { ...trust, missing, isVanished: trust.isVanished || isVanished };
}

/** A sliding log read as a window seems to lie at each window's edge. Found out once and for all, it has a clean slate. */
function acquitSliding(trust: TrustState): TrustState {
  const doubt = trust.doubt === "refusals" ? null : trust.doubt;
  return { ...trust, isSliding: true, doubt, suspicion: 0, weariness: 0, redemption: 0 };
}
