/** How a sequence of repeats grows. */
export interface Backoff {
  /** Before the first repeat, in milliseconds. */
  readonly backoffInitialMs: number;
  /** No delay of our own is longer, in milliseconds. What a server states may be. */
  readonly backoffMaxMs: number;
}

/** One repeat to plan. */
export interface Repeat extends Backoff {
  /** What became of the try before. */
  readonly outcome: "throttled" | "overloaded" | "saturated" | "failed";
  /** 1 for the first repeat (the second try). */
  readonly repeat: number;
  /** The wait that the server stated, in milliseconds. */
  readonly retryAfterMs?: number;
  /** A number in [0, 1): jitter is thrown by the caller. */
  readonly dice: number;
}

/** Jitter takes at most this share off a backoff, as in the Node SDKs of OpenAI and Anthropic. Downwards, so that the maximum holds. */
const JITTER_DOWN = 0.25;

/** Jitter adds at most this share to a wait that has to be kept, and at most `JITTER_UP_MAX_MS`: an hour needs no six minutes more. */
const JITTER_UP = 0.1;
const JITTER_UP_MAX_MS = 1000;

/** Doublings beyond this are all past any maximum; 2 to the power of 10,000 would be Infinity, and 0 times that NaN. */
const DOUBLINGS_MAX = 60;

/** initial x 2^(repeat - 1), at most `backoffMaxMs`: 1, 2, 4 … s. In milliseconds, without jitter. */
export function backoffMs(repeat: number, backoff: Backoff): number {
  const doublings = Math.min(Math.max(0, repeat - 1), DOUBLINGS_MAX);
  return Math.min(backoff.backoffInitialMs * 2 ** doublings, backoff.backoffMaxMs);
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
export function retryDelayMs(repeat: Repeat): number {
  const statedMs = Math.max(0, repeat.retryAfterMs ?? 0);
  return Math.max(ownDelayMs(repeat), jitterUp(statedMs, repeat.dice));
}

function ownDelayMs(repeat: Repeat): number {
  switch (repeat.outcome) {
    case "throttled":
    case "saturated":
      return 0;
    case "overloaded":
      return jitterUp(backoffMs(repeat.repeat, repeat), repeat.dice);
    case "failed":
      return backoffMs(repeat.repeat, repeat) * (1 - JITTER_DOWN * repeat.dice);
    default:
      return repeat.outcome satisfies never;
  }
}

function jitterUp(delayMs: number, dice: number): number {
  return delayMs + Math.min(delayMs * JITTER_UP, JITTER_UP_MAX_MS) * dice;
}
