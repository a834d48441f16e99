import { powerOfTwo } from "../power.js";

/** What went wrong with the try before. */
export type RetryKind = "throttled" | "overloaded" | "saturated" | "failed";

/** Of the options `retry.backoffInitialMs` and `retry.backoffMaxMs`. */
export interface BackoffOptions {
  /** Before the first repeat, in milliseconds. */
  readonly initialMs: number;
  /** No delay of our own is longer, in milliseconds. What a server states may be. */
  readonly maxMs: number;
}

/** One repeat to plan. */
export interface Repeat {
  readonly kind: RetryKind;
  /** 1 for the first repeat (the second try). */
  readonly repeat: number;
  /** The wait that the server stated, in milliseconds. */
  readonly retryAfterMs?: number;
  /** A number in [0, 1): jitter is thrown by the caller. */
  readonly dice: number;
  readonly options: BackoffOptions;
}

/** Jitter takes at most this share off a backoff, as in the Node SDKs of OpenAI and Anthropic. Downwards, so that the maximum holds. */
const JITTER_DOWN = 0.25;

/** Jitter adds at most this share to a wait that has to be kept, and at most `JITTER_UP_MAX_MS`: an hour needs no six minutes more. */
const JITTER_UP = 0.1;
const JITTER_UP_MAX_MS = 1000;

/** Doublings beyond this are all past any maximum; 2 to the power of 10,000 would be Infinity, and 0 times that NaN. */
const DOUBLINGS_MAX = 60;

/** initial x 2^(repeat - 1), at most `maxMs`: 1, 2, 4 … s. In milliseconds, without jitter. */
export function backoffMs(repeat: number, options: BackoffOptions): number {
  const doublings = Math.min(Math.max(0, repeat - 1), DOUBLINGS_MAX);
  return Math.min(options.initialMs * powerOfTwo(doublings), options.maxMs);
}

/**
 * How long a request keeps off before it may be sent again, in milliseconds, beside the pace that it waits for anyway.
 *
 * - throttled, saturated: nothing of its own, since the pace or the slots were lowered for all.
 * - overloaded: 1, 2, 4 … s, and up to a tenth more: a server short of capacity isn't asked sooner.
 * - failed: 1, 2, 4 … s, up to a quarter less.
 *
 * A wait that the server stated is kept by all of them, and jittered upwards only: shortened, it would be refused again.
 */
export function retryDelayMs({ kind, repeat, retryAfterMs = 0, dice, options }: Repeat): number {
  return Math.max(ownDelayMs(kind, backoffMs(repeat, options), dice), jitterUp(Math.max(0, retryAfterMs), dice));
}

function ownDelayMs(kind: RetryKind, backoff: number, dice: number): number {
  switch (kind) {
    case "throttled":
    case "saturated":
      return 0;
    case "overloaded":
      return jitterUp(backoff, dice);
    case "failed":
      return backoff * (1 - JITTER_DOWN * dice);
    default:
      return kind satisfies never;
  }
}

function jitterUp(delayMs: number, dice: number): number {
  return delayMs + Math.min(delayMs * JITTER_UP, JITTER_UP_MAX_MS) * dice;
}
