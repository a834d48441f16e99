import { powerOfTwo } from "../power.js";
import { predict } from "./quota.js";
import type { QuotaState } from "./quota-state.js";
import { capacity, refillNow } from "./quota-state.js";
import { isEndSupposed } from "./unstated.js";
import { windowEnd } from "./window.js";

/** How an advertised quota is to be turned into a rate. Amounts in units of the dimension. */
export interface LevelOptions {
  /** 2 steers by the level, 1 by the limit alone. */
  readonly tier: 1 | 2;
  /** Share of the limit to send at in tier 1: `margin` of trust. */
  readonly margin: number;
  /** Whether a probe for room beyond the header is under way. */
  readonly isProbing: boolean;
  /** Seconds since that probe began, where it was overdue: then no gate holds it back, and it goes faster and faster. */
  readonly probedFor?: number;
  /** Units that the header still owns to beyond its refill, below 0 how far the probe is beyond that. Absent where nobody knows. */
  readonly room?: number;
  /** Seconds until all who send have heard of a refusal; 0 where none was refused yet. */
  readonly lag?: number;
  /** Units promised to unfinished requests and not charged yet. Default 0. */
  readonly reserved?: number;
  /** What to hold back for what unfinished requests may cost beyond that. Default 0. */
  readonly headroom?: number;
  /** How fast a deep bucket is spent, as a multiple of its refill: 1 smooth, 3 eager. Default 2. */
  readonly spend?: number;
}

/** What a quota allows now. Instants in seconds, the rate in units a second. */
export interface LevelPlan {
  /** Above 0. */
  readonly rate: number;
  /** Nothing is sent before; `now` where nothing stands in the way. */
  readonly notBefore: number;
  /** The plan changes with time alone: ask again by then. */
  readonly validUntil: number;
}

const SPEND = 2;
/** Rate of a probe, as a multiple of the refill, and its least excess, in sends a second: or a tiny limit is never passed. */
const PROBE = 1.3;
const PROBE_EXCESS_MIN = 0.25;
/** Sends beyond a window's limit that a probe may make before the first of them is answered. */
const PROBE_DEPTH = 7;
/** Near the bottom it goes beyond it by so much of a unit until a refusal is heard of: by more, others would be refused besides. */
const GENTLE = 0.5;
/** Seconds for that where nothing was refused yet. */
const LAG_UNKNOWN = 0.25;
/** Seconds in which it would reach the bottom, and leave it again, at the pace that it has at each distance from it: where that lies is a guess. */
const APPROACH_SECONDS = 2;
const LEAVE_SECONDS = 8;
/** Seconds, and sends, in which the rate of an overdue probe doubles: a header a hundred times too low is soon passed. */
const PROBE_DOUBLING = 10;
const PROBE_DOUBLING_SENDS = 10;
/** The rate never falls below this share of the refill: below it there is a gate. */
const RATE_MIN = 0.02;
/** Deviations of the estimate kept between the level and zero. */
const DEVIATIONS = 3;
/** Share of what others take that is yielded to them. Below 1 any unequal split decays; at 1 it would stay for ever. */
const YIELD = 0.8;
/** Seconds in which the level is pulled to its set-point, and the same as a share of the time to refill all. */
const PULL_SECONDS = 5;
const PULL_SHARE = 0.25;
/** Others seen within this many seconds count as there. */
const SHARED_SECONDS = 120;
/** A send just after a window's end may arrive before it, in seconds. */
const AFTER_RESET = 0.03;
const VALID_SECONDS = 1;
/** Between two tries of a spent window of which nobody knows when it ends. */
const LOOK_SECONDS = 2;

/** The rate that the quota allows, or null where its headers don't say enough for one. */
export function levelPlan(quota: QuotaState, now: number, options: LevelOptions): LevelPlan | null {
  const then = predict(quota, now);
  const refill = refillNow(then, now);
  if (options.tier === 2 && then.level !== null) {
    const level = then.level - (options.reserved ?? 0);
    const end = windowEnd(then.reset);
    if (then.reset.kind === "window" && end !== null) return planWindow(then, now, options, { level, end, refill });
    if (then.reset.kind !== "window" && refill !== null) return planRefill(then, now, options, { level, refill });
  }
  if (refill === null) return null;
  return {
    rate: options.isProbing ? probeRate(then, refill, options) : marginOf(then, options) * refill,
    notBefore: now,
    validUntil: now + VALID_SECONDS,
  };
}

/** Where the limit follows its use, a share that is held back is held back of its growth as well. */
function marginOf({ drift }: QuotaState, { margin }: LevelOptions): number {
  return drift.perSecond > 0 ? Math.max(1, margin) : margin;
}

function probeRate(quota: QuotaState, refill: number, options: LevelOptions): number {
  const { unit } = quota;
  const { probedFor } = options;
  const base = refill + excessOf(quota, refill, options);
  const doubling = Math.max(PROBE_DOUBLING, (PROBE_DOUBLING_SENDS * unit) / base);
  return base * powerOfTwo((probedFor ?? 0) / doubling);
}

/**
 * Units a second beyond the refill. An honest bucket is met at its bottom, where each unit more until all have heard is one more
 * refusal; so the probe is the gentler the nearer the bottom that the header tells, and the faster again the further it is beyond.
 */
function excessOf({ unit }: QuotaState, refill: number, { room, lag, probedFor }: LevelOptions): number {
  const least = PROBE_EXCESS_MIN * unit;
  const most = Math.max((PROBE - 1) * refill, least);
  if (room === undefined || probedFor !== undefined) return most;
  const gentle = Math.max(least, (GENTLE * unit) / (lag || LAG_UNKNOWN));
  return Math.min(most, Math.max(gentle, room / APPROACH_SECONDS, -room / LEAVE_SECONDS));
}

/** Refill, and a gentle pull of the level to a set-point just above zero. */
function planRefill(
  quota: QuotaState,
  now: number,
  options: LevelOptions,
  { level, refill }: { readonly level: number; readonly refill: number },
): LevelPlan {
  const validUntil = now + VALID_SECONDS;
  if (options.isProbing) return { rate: probeRate(quota, refill, options), notBefore: now, validUntil };
  const { spend, headroom, margin } = options;
  const full = capacity(quota);
  const others = Math.max(0, quota.others);
  const isShared = quota.sharedAt !== null && now - quota.sharedAt < SHARED_SECONDS;
  // Set-point and pull follow from what the headers tell everybody: with one's own estimate in them the polite starve.
  const floor = Math.max(quota.unit + DEVIATIONS * Math.sqrt(quota.variance), isShared ? 0.1 * full : 0);
  const setPoint = Math.min(0.5 * full, floor + (headroom ?? 0));
  const pullSeconds = Math.max(PULL_SECONDS, (PULL_SHARE * full) / refill);
  const wanted = refill - YIELD * others + Math.max(0, -quota.others) + (level - setPoint) / pullSeconds;
  const rate = Math.max(RATE_MIN * refill, Math.min(wanted, fastest(quota, refill, spend, margin)));
  if (level >= 0.2 * quota.unit) return { rate, notBefore: now, validUntil };
  const wait = (quota.unit - level) / Math.max(0.05 * refill, refill - quota.others);
  return { rate, notBefore: now + wait, validUntil: Math.min(validUntil, now + wait) };
}

function fastest(quota: QuotaState, refill: number, spend: number | undefined, margin: number): number {
  // The supply of a sliding log echoes our own sends a window ago: any wobble would return.
  if (quota.reset.kind === "sliding") return refill;
  const isBySecond = quota.isPerSecond && quota.reset.window !== null && quota.reset.window > 1;
  return (isBySecond ? margin : (spend ?? SPEND)) * refill;
}

/** What is left over the time that is left. */
function planWindow(
  quota: QuotaState,
  now: number,
  options: LevelOptions,
  told: { readonly level: number; readonly end: number; readonly refill: number | null },
): LevelPlan {
  const { isProbing, margin } = options;
  const { level, end } = told;
  const { unit } = quota;
  const limit = quota.limit ?? level;
  const left = Math.max(0.02, end - now);
  const refill = told.refill ?? Math.max(unit, limit) / left;
  const reserve = isProbing ? -4 * unit : Math.min(0.05 * limit, windowReserve(quota)) + (options.headroom ?? 0);
  // A probe is to find the bottom a little before the end, and then to go on below it.
  const time = isProbing ? Math.max(0.3 * left, left - 0.05 * (quota.reset.window ?? 60)) : left;
  const pull = (level - reserve) / time;
  const validUntil = Math.min(now + VALID_SECONDS, Math.max(now, end + AFTER_RESET));
  const isOpen = options.probedFor !== undefined || level + PROBE_DEPTH * unit >= 0;
  if (isProbing && isOpen) {
    const beyond = Math.max(PROBE * refill, refill + PROBE_EXCESS_MIN * unit);
    // At the bottom one refusal answers: the next sends leave it time to come.
    if (level < unit && options.probedFor === undefined) {
      return {
        rate: Math.min(beyond, Math.max(0.5 * refill, (PROBE_DEPTH * unit) / left)),
        notBefore: now,
        validUntil,
      };
    }
    const least = level < 2 * unit ? beyond : 0;
    return { rate: Math.max(Math.min(pull, SPEND * refill), least), notBefore: now, validUntil };
  }
  const rate = Math.max(RATE_MIN * refill, Math.min(pull, fastest(quota, refill, options.spend, margin)));
  if (level >= unit) return { rate, notBefore: now, validUntil };
  const notBefore = Math.max(now, end + AFTER_RESET);
  // Who waits for an end that is only supposed never sees the true one: a try now and then does.
  return {
    rate,
    notBefore: isEndSupposed(quota.reset) ? Math.min(notBefore, now + LOOK_SECONDS) : notBefore,
    validUntil,
  };
}

/** Kept back near a window's end for what others may take before the next header. */
function windowReserve({ unit, variance, others, lag }: QuotaState): number {
  const deviation = Math.sqrt(variance);
  const unseen = (2 * Math.max(0, others) * lag) / (deviation + 0.1 * unit);
  return Math.max(0.5 * unit, DEVIATIONS * deviation * Math.min(1, unseen));
}
