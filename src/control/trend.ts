import { type Cohort, countRefused, openCohort } from "./cohort.js";

/**
 * Whether the limit itself rises. Some limits follow what is used of them: each dip below them lowers them, and a law that
 * goes back to the last known limit, and waits there for its next probe, holds its own quota down. Others are ramped up.
 *
 * The rates at which refusals came tell little: a bucket's depth hides how far each was above the limit. But from one refusal
 * to the next the server let in just what it had to give, so what was accepted between them is the limit's mean over that
 * stretch. Two stretches in a row make a slope. Seconds, and shares a second.
 */
export interface TrendState {
  /** When the present stretch began: at a refusal. Null before the first. */
  readonly since: number | null;
  /** The tries sent in it. */
  readonly cohort: Cohort;
  /** The law's `heldBack` at its beginning. */
  readonly heldBefore: number;
  /** Accepted a second in the stretch before, and its length; null where something else than the rate held requests back. */
  readonly rate: number | null;
  readonly length: number;
  /** The limit's growth as a share of itself, in each second; 0 where it isn't known to rise. */
  readonly perSecond: number;
}

/** A shorter stretch, as a share of the epoch, isn't closed: a cut soon after another only corrects that one. */
const STRETCH_EPOCHS = 0.5;
/** The rate was the bottleneck for at least this share of a stretch, or its accepts tell of the demand. */
const HELD_BACK_SHARE = 0.6;
/** Rise in an epoch that is worth following, and in how many accepts of the shorter stretch chance may hide it. */
const RISE_MIN = 0.05;
const CHANCE = 2;
/** Weight of the newest slope. */
const GAIN = 0.5;
/** No rise is followed that is faster than a doubling in 35 s: the start's doubling is for those. */
const PER_SECOND_MAX = 0.02;

export function createTrend(): TrendState {
  return { since: null, cohort: openCohort(0), heldBefore: 0, rate: null, length: 0, perSecond: 0 };
}

/** Counts a refusal of the try with that number. */
export function countInTrend(trend: TrendState, number: number): TrendState {
  const cohort = countRefused(trend.cohort, number);
  return cohort === trend.cohort ? trend : { ...trend, cohort };
}

/** A refusal that makes a cut. */
export interface Finding {
  readonly now: number;
  /** Number of the last try sent. */
  readonly sent: number;
  /** Seconds, all in all, in which the rate was the bottleneck. */
  readonly heldBack: number;
  /** Seconds of the law's epoch. */
  readonly epoch: number;
}

/** The limit was found: a stretch ends here, and the next begins. */
export function learnTrend(trend: TrendState, { now, sent, heldBack, epoch }: Finding): TrendState {
  const { since, cohort, heldBefore, rate: before, length: lengthBefore } = trend;
  const next = { since: now, cohort: openCohort(sent), heldBefore: heldBack };
  if (since === null) return { ...trend, ...next };
  const length = now - since;
  if (length < STRETCH_EPOCHS * epoch) return trend;
  const accepted = sent - cohort.after - cohort.refused;
  if (heldBack - heldBefore < HELD_BACK_SHARE * length || accepted <= 0) {
    return { ...trend, ...next, rate: null, length, perSecond: 0 };
  }
  const rate = accepted / length;
  if (before === null) return { ...trend, ...next, rate, length, perSecond: 0 };
  const apart = (length + lengthBefore) / 2;
  const seen = Math.log(rate / before) / apart;
  const chance = CHANCE / Math.min(accepted, before * lengthBefore) / apart;
  const perSecond = smooth(trend.perSecond, seen, { least: RISE_MIN / epoch, chance });
  return { ...next, rate, length, perSecond };
}

/** A rise must stand out to be believed; once it is, what is seen of it only moves its mean. */
function smooth(known: number, seen: number, { least, chance }: { least: number; chance: number }): number {
  if (known === 0 && seen <= least + chance) return 0;
  const mean = known + GAIN * (Math.max(0, seen) - known);
  return mean < least ? 0 : Math.min(PER_SECOND_MAX, mean);
}
