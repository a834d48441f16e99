import type { LimitTraits } from "../signal/signal.js";
import { CONSTANT_MIN, countWindow, inferWindow, snap } from "./length.js";

/** How a budget comes back, or null while nothing tells. */
export type ResetKind = "refill" | "window" | "sliding" | null;

/** One header, as the inference of its meaning needs it. */
export interface ResetSample {
  /** When its request was sent, in seconds. */
  readonly sentAt: number;
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until the reset, as the header said. */
  readonly resetIn: number;
}

/** What the `reset` of this quota means, and when its window ends. Instants in seconds, absent is null. */
export interface ResetState {
  readonly kind: ResetKind;
  /** Whether the provider's documentation tells the kind, so that only strong evidence changes it. */
  readonly isKindTold: boolean;
  /** Seconds that `limit` counts. */
  readonly window: number | null;
  readonly isWindowTold: boolean;
  /** Bucket capacity as a multiple of the limit. */
  readonly depth: number;
  /** Next end of a fixed window by the server's headers; `end + skew` is when it truly ends. */
  readonly end: number | null;
  /** Seconds by which windows have been seen to end later than the headers say. */
  readonly skew: number;
  /** Resets witnessed between two headers, which is what `skew` was learned from. */
  readonly jumps: number;
  /** Running mean of what the headers of this window say of its end, and how many there were. */
  readonly statedEnd: number | null;
  readonly statedCount: number;
  /** The same by when a window was seen to begin, which is closer than whole seconds tell; null where nobody has seen it. */
  readonly seenEnd: number | null;
  /** Readings in a row, with different `remaining`, that agree on the window: one alone is a hint. */
  readonly votes: number;
  /** Samples read so far. */
  readonly samples: number;
  /** Whether every reset so far was a whole number of seconds, and so may be rounded either way. */
  readonly isWhole: boolean;
  /** Mean misfit, 0 to 1, of "the time to refill" and of "the time to the window's end". */
  readonly refillMisfit: number;
  readonly countdownMisfit: number;
  /** How far the end moves along with the clock, 0 to 1: the mark of a sliding log. */
  readonly slide: number;
  /** Whether the header repeats one and the same reset while `remaining` moves, in [0, 1]. */
  readonly constancy: number;
  readonly resetInMax: number;
  /** The end stated by the header that windows are counted from, and how many were seen to begin since. */
  readonly countedFrom: number | null;
  readonly counted: number;
  /** Sample that the next comparison starts from. */
  readonly baseline: ResetSample | null;
  /** The sample before this one. */
  readonly previous: ResetSample | null;
}

/** Nothing read yet: only what the provider's documentation tells. */
export function createReset(traits: LimitTraits): ResetState {
  return {
    kind: traits.kind ?? null,
    isKindTold: traits.kind !== undefined,
    window: traits.windowMs === undefined ? null : traits.windowMs / 1000,
    isWindowTold: traits.windowMs !== undefined,
    depth: traits.depth ?? 1,
    end: null,
    skew: 0,
    jumps: 0,
    statedEnd: null,
    statedCount: 0,
    seenEnd: null,
    votes: 0,
    samples: 0,
    isWhole: true,
    refillMisfit: 0.5,
    countdownMisfit: 0.5,
    slide: 0,
    constancy: 0,
    resetInMax: 0,
    countedFrom: null,
    counted: 0,
    baseline: null,
    previous: null,
  };
}

/** How far two resets may differ for rounding to whole seconds, or for the network alone, in seconds. */
const ROUNDING = 1.01;
const JITTER = 0.1;
/** How long two samples must lie apart to be compared: in seconds, and as a share of the window. */
const WHOLE_BASELINE = { seconds: 5, share: 0.05 } as const;
const EXACT_BASELINE = { seconds: 1, share: 0.01 } as const;
/** In short windows, where two that lie so far apart would be of two of them: what rounding leaves, and the least. */
const WHOLE_SHORT = { seconds: 1.5, share: 0.33 } as const;
const SHORT_SECONDS = 0.5;
const REFILL_GAIN = 0.15;
const COUNTDOWN_GAIN = 0.75;
const SLIDE_GAIN = 0.5;
/** A whole second may be any part of one: it speaks neither for a bucket nor against it. */
const BLURRED_MAX = 1;
/** Samples before the better reading rules, and by how much it must be better. */
const SAMPLES_MIN = 4;
const MISFIT_LEAD = 0.1;
const SLIDING_SAMPLES = 8;
const SLIDING_MIN = 0.6;

/** A copy to be changed before anybody else sees it: spelled out, since V8 copies that far faster than a spread. */
export function copyOfReset(reset: ResetState): { -readonly [Part in keyof ResetState]: ResetState[Part] } {
  return {
    kind: reset.kind,
    isKindTold: reset.isKindTold,
    window: reset.window,
    isWindowTold: reset.isWindowTold,
    depth: reset.depth,
    end: reset.end,
    skew: reset.skew,
    jumps: reset.jumps,
    statedEnd: reset.statedEnd,
    statedCount: reset.statedCount,
    seenEnd: reset.seenEnd,
    votes: reset.votes,
    samples: reset.samples,
    isWhole: reset.isWhole,
    refillMisfit: reset.refillMisfit,
    countdownMisfit: reset.countdownMisfit,
    slide: reset.slide,
    constancy: reset.constancy,
    resetInMax: reset.resetInMax,
    countedFrom: reset.countedFrom,
    counted: reset.counted,
    baseline: reset.baseline,
    previous: reset.previous,
  };
}

/** The state with the sample that the next one will be compared with. */
export function withPrevious(reset: ResetState, sample: ResetSample): ResetState {
  const next = copyOfReset(reset);
  next.previous = sample;
  return next;
}

/** The state with one more sample weighed: what kind of quota this is, and how long its window. */
export function readReset(reset: ResetState, sample: ResetSample): ResetState {
  const capacity = sample.limit * reset.depth;
  const used = capacity - sample.remaining;
  const refillWindow = used >= 1 ? (sample.resetIn * sample.limit) / used : null;
  const counted = copyOfReset(reset);
  counted.isWhole = reset.isWhole && Number.isInteger(sample.resetIn);
  counted.samples = reset.samples + 1;
  const told = scoreCountdown(countWindow(counted, sample), sample, capacity);
  const scored = counted.isWhole && sample.resetIn <= BLURRED_MAX ? told : scoreRefill(told, refillWindow);
  return inferWindow(chooseKind(scored, refillWindow), sample, refillWindow, used);
}

function scoreRefill(reset: ResetState, refillWindow: number | null): ResetState {
  if (refillWindow === null) return reset;
  const misfit = snap(refillWindow) === null ? 1 : 0;
  const next = copyOfReset(reset);
  next.refillMisfit = reset.refillMisfit + REFILL_GAIN * (misfit - reset.refillMisfit);
  return next;
}

function scoreCountdown(reset: ResetState, sample: ResetSample, capacity: number): ResetState {
  const from = reset.baseline;
  if (from === null || sample.sentAt < from.sentAt) return { ...reset, baseline: sample };
  const span = sample.sentAt - from.sentAt;
  const window = reset.window ?? 60;
  if (span < baselineSpan(window, reset.isWhole)) return reset;
  const next = { ...reset, baseline: sample };
  // A new window has begun in between: its end is another, and tells nothing.
  const hasBegun = sample.remaining > from.remaining + 2 && sample.resetIn > from.resetIn;
  if (hasBegun || (reset.window !== null && span > 0.5 * reset.window)) return next;
  const drift = sample.sentAt + sample.resetIn - (from.sentAt + from.resetIn);
  const moved = Math.abs(reset.window === null ? drift : drift - reset.window * Math.round(drift / reset.window));
  const misfit = Math.min(1, Math.max(0, moved - (reset.isWhole ? ROUNDING : JITTER)) / span);
  const isConstant =
    Math.abs(sample.remaining - from.remaining) >= 0.05 * capacity &&
    Math.abs(sample.resetIn - from.resetIn) <= 0.005 * sample.resetIn;
  return {
    ...next,
    countdownMisfit: reset.countdownMisfit + COUNTDOWN_GAIN * (misfit - reset.countdownMisfit),
    slide: reset.slide + SLIDE_GAIN * (misfit - reset.slide),
    constancy: reset.constancy + SLIDE_GAIN * ((isConstant ? 1 : 0) - reset.constancy),
  };
}

function baselineSpan(window: number, isWhole: boolean): number {
  if (window <= (isWhole ? 2 : 5)) return SHORT_SECONDS;
  const { seconds, share } = isWhole ? WHOLE_BASELINE : EXACT_BASELINE;
  const least = isWhole ? Math.min(seconds, Math.max(WHOLE_SHORT.seconds, WHOLE_SHORT.share * window)) : seconds;
  return Math.max(least, share * window);
}

function chooseKind(reset: ResetState, refillWindow: number | null): ResetState {
  if (isSliding(reset)) return changeKind(reset, "sliding");
  if (reset.isKindTold || reset.kind === "sliding") return reset;
  // A reset that stays the same while `remaining` moves is the window's length, and no moment.
  if (reset.constancy > CONSTANT_MIN) return changeKind(reset, "refill");
  if (reset.samples < SAMPLES_MIN) {
    return reset.kind === null ? changeKind(reset, snap(refillWindow) === null ? "window" : "refill") : reset;
  }
  if (reset.refillMisfit < reset.countdownMisfit - MISFIT_LEAD) return changeKind(reset, "refill");
  return reset.countdownMisfit < reset.refillMisfit - MISFIT_LEAD ? changeKind(reset, "window") : reset;
}

/** Declared a window, yet its end moves along with the clock: each request leaves it a window after it came. */
function isSliding({ kind, window, samples, slide, refillMisfit, constancy }: ResetState): boolean {
  if (kind !== "window" || window === null || window <= 5) return false;
  return samples >= SLIDING_SAMPLES && slide > SLIDING_MIN && refillMisfit > SLIDING_MIN && constancy <= CONSTANT_MIN;
}

function changeKind(reset: ResetState, kind: ResetKind): ResetState {
  if (reset.kind === kind) return reset;
  const isWindowKept = reset.isWindowTold || kind === "sliding";
  const votes = kind === "sliding" ? reset.votes : 0;
  return {
    ...reset,
    kind,
    end: null,
    statedEnd: null,
    seenEnd: null,
    window: isWindowKept ? reset.window : null,
    votes,
  };
}
