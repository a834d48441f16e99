import { powerOfTwo } from "../power.js";
import { additiveTarget } from "./aimd.js";
import { anchorAfter } from "./anchor.js";
import { plateauTarget } from "./plateau.js";

/**
 * A rate law: how a rate grows while nothing is refused and how far one refusal lowers it. Two curves share one frame
 * (start by doubling, one cut an epoch, avoidance around the last known limit): the plateau and plain AIMD.
 * Seconds and units a second.
 */

/** At this multiple of the last known limit the limit has moved: back to doubling. */
const START_AGAIN = 1.15;
/** Doubling slows by this after the first cut: something is known by then. */
const DOUBLING_AFTER_CUT = 1.3;
/** A ramp back to a rate that was known to be good may double faster. */
const DOUBLING_ON_RAMP = 0.55;
/** Growth must not outrun the news of it: a doubling takes at least this many times the lag of a refusal. */
const DOUBLING_LAGS = 3;
const LAG_GAIN = 0.3;

/** What a law is set to. */
export interface LawConfig {
  readonly law: "plateau" | "aimd";
  /** Seconds from a cut until the law looks for new room. */
  readonly epoch: number;
  /** Factor of a cut, in (0, 1). */
  readonly decrease: number;
  /** For `aimd`: units a second gained each second; null: in proportion to the last known limit. */
  readonly additiveIncrease: number | null;
  readonly rateInitial: number;
  readonly rateMin: number;
  readonly rateMax: number;
  /** Seconds in which the rate doubles at the start. */
  readonly startDoubling: number;
}

/** Where a law stands. Plain data. What runs at every send spells its fields out, which V8 copies far faster than a spread. */
export interface LawState {
  /** `start`: doubling towards an unknown limit; `avoid`: near the last known one. */
  readonly mode: "start" | "avoid";
  readonly rate: number;
  /** The last known limit. */
  readonly anchor: number;
  /** The rate just after the last cut, from which the way back begins. */
  readonly base: number;
  /** Seconds of growth since the last cut: time in which the rate was what held requests back. */
  readonly elapsed: number;
  /** Where a ramp back to a known rate ends; null at a start into the unknown. */
  readonly ceiling: number | null;
  /** Advances with every decrease; only what was sent in the present epoch may lower the rate. */
  readonly epoch: number;
  readonly cutAt: number | null;
  /** Seconds from a send to its refusal, smoothed; 0 until one was seen. */
  readonly lag: number;
  /** The limit's own growth since the last cut, as a share of itself in each second of growth. */
  readonly rise: number;
  /** Seconds, all in all, in which the rate was what held requests back. */
  readonly heldBack: number;
}

export function createLaw(config: LawConfig): LawState {
  return {
    mode: "start",
    rate: clampRate(config.rateInitial, config),
    anchor: 0,
    base: clampRate(config.rateInitial, config),
    elapsed: 0,
    ceiling: null,
    epoch: 0,
    cutAt: null,
    lag: 0,
    rise: 0,
    heldBack: 0,
  };
}

/** The law after `seconds` in which its rate was the bottleneck. Never lowers the rate. */
export function grow(law: LawState, config: LawConfig, seconds: number): LawState {
  const doubled = law.rate * powerOfTwo(seconds / doublingTime(law, config));
  return law.mode === "start" ? growStart(law, config, seconds, doubled) : growAvoid(law, config, seconds, doubled);
}

function growStart(law: LawState, config: LawConfig, seconds: number, doubled: number): LawState {
  const rate = Math.min(config.rateMax, doubled);
  const heldBack = law.heldBack + seconds;
  if (law.ceiling === null || rate < law.ceiling) return withRate(law, rate, heldBack);
  return {
    ...law,
    heldBack,
    mode: "avoid",
    rate: law.ceiling,
    anchor: law.ceiling,
    base: law.ceiling,
    elapsed: 0,
    ceiling: null,
  };
}

function growAvoid(law: LawState, config: LawConfig, seconds: number, doubled: number): LawState {
  const elapsed = law.elapsed + seconds;
  const target = config.law === "plateau" ? plateauTarget(law, config, elapsed) : additiveTarget(law, config, elapsed);
  const rate = Math.max(law.rate, Math.min(target, doubled, config.rateMax));
  // An absolute step is chosen for its fairness, which doubling would undo.
  const mayStart = config.law === "plateau" || config.additiveIncrease === null;
  const mode = mayStart && rate >= START_AGAIN * anchorAfter(law, elapsed) ? "start" : "avoid";
  return {
    mode,
    rate,
    anchor: law.anchor,
    base: law.base,
    elapsed,
    ceiling: law.ceiling,
    epoch: law.epoch,
    cutAt: law.cutAt,
    lag: law.lag,
    rise: law.rise,
    heldBack: law.heldBack + seconds,
  };
}

function doublingTime(law: LawState, config: LawConfig): number {
  if (law.ceiling !== null) return config.startDoubling * DOUBLING_ON_RAMP;
  const known = law.epoch > 0 ? config.startDoubling * DOUBLING_AFTER_CUT : config.startDoubling;
  return Math.max(known, DOUBLING_LAGS * law.lag);
}

/** The way back after an outage: from `rate`, doubling, up to `ceiling`, or into the unknown. Opens a new epoch. */
export function resume(
  law: LawState,
  config: LawConfig,
  { rate, ceiling }: { rate: number; ceiling: number | null },
): LawState {
  if (ceiling === null) {
    const base = clampRate(Math.max(rate, config.rateInitial), config);
    const anew = { mode: "start", rate: base, anchor: 0, base, elapsed: 0, ceiling: null } as const;
    return { ...law, ...anew, epoch: law.epoch + 1, cutAt: null, rise: 0 };
  }
  const from = clampRate(Math.min(rate, ceiling), config);
  const to = Math.max(from, ceiling);
  const isThere = from >= to;
  return {
    ...law,
    mode: isThere ? "avoid" : "start",
    rate: from,
    anchor: to,
    base: from,
    elapsed: 0,
    ceiling: isThere ? null : to,
    epoch: law.epoch + 1,
    rise: 0,
  };
}

/** Takes over at a rate that something else had steered by; opens a new epoch. `isTooLow`: there is room above it. */
export function takeOver(law: LawState, config: LawConfig, rate: number, isTooLow: boolean): LawState {
  const from = clampRate(rate, config);
  return {
    ...law,
    mode: isTooLow ? "start" : "avoid",
    rate: from,
    anchor: from,
    base: from,
    elapsed: isTooLow ? 0 : config.epoch,
    ceiling: null,
    epoch: law.epoch + 1,
    rise: 0,
  };
}

/** The present rate becomes `rate`, whatever the law had: its own growth begins anew from there. */
export function follow(law: LawState, config: LawConfig, rate: number): LawState {
  const from = clampRate(rate, config);
  return {
    mode: "avoid",
    rate: from,
    anchor: from,
    base: from,
    elapsed: 0,
    ceiling: null,
    epoch: law.epoch,
    cutAt: law.cutAt,
    lag: law.lag,
    rise: 0,
    heldBack: law.heldBack,
  };
}

/** At least `rate`: the server accepted as much without having been asked for more. */
export function raiseTo(law: LawState, config: LawConfig, rate: number): LawState {
  return rate > law.rate ? withRate(law, clampRate(rate, config), law.heldBack) : law;
}

/** After a long silence the limit may be another: what was gained above the last cut isn't trusted any more. */
export function afterIdle(law: LawState, config: LawConfig): LawState {
  const rate = Math.min(law.rate, Math.max(config.rateInitial, config.decrease * Math.max(law.anchor, law.rate)));
  return rate === law.rate ? law : { ...law, rate: clampRate(rate, config), base: clampRate(rate, config), elapsed: 0 };
}

/** A new epoch without a decrease: what was sent before can no longer lower the rate. */
export function nextEpoch(law: LawState): LawState {
  return { ...law, epoch: law.epoch + 1 };
}

/** Learns how late refusals come. */
export function learnLag(law: LawState, lag: number): LawState {
  return { ...law, lag: law.lag === 0 ? lag : law.lag + LAG_GAIN * (lag - law.lag) };
}

function withRate(law: LawState, rate: number, heldBack: number): LawState {
  return {
    mode: law.mode,
    rate,
    anchor: law.anchor,
    base: law.base,
    elapsed: law.elapsed,
    ceiling: law.ceiling,
    epoch: law.epoch,
    cutAt: law.cutAt,
    lag: law.lag,
    rise: law.rise,
    heldBack,
  };
}

/** The rate within its bounds. */
export function clampRate(rate: number, config: LawConfig): number {
  return Math.min(config.rateMax, Math.max(config.rateMin, rate));
}
