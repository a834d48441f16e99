import type { LimitTraits } from "../signal/signal.js";

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
  /** Samples read so far. */
  readonly samples: number;
  /** Mean misfit, 0 to 1, of "the time to refill" and of "the time to the window's end". */
  readonly refillMisfit: number;
  readonly countdownMisfit: number;
  /** How far the end moves along with the clock, 0 to 1: the mark of a sliding log. */
  readonly slide: number;
  /** Whether the header repeats one and the same reset while `remaining` moves, in [0, 1]. */
  readonly constancy: number;
  readonly resetInMax: number;
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
    samples: 0,
    refillMisfit: 0.5,
    countdownMisfit: 0.5,
    slide: 0,
    constancy: 0,
    resetInMax: 0,
    baseline: null,
    previous: null,
  };
}
