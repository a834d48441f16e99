import { createFollowingLimit, type FollowingOptions } from "./following.js";
import type { Limit } from "./limit.js";

/** A limit on how fast a sender may become faster, as Anthropic and OpenAI describe theirs. */
export interface AccelerationOptions extends FollowingOptions {
  /** Requests a second that are always allowed. Default 1. */
  readonly base?: number;
  /** It never rises above this. Default: unlimited. */
  readonly cap?: number;
  /** The share by which the rate may be above what it was a period ago. Default 0.5: half as much again. */
  readonly growth?: number;
  /** Length of that period, in milliseconds. Default 900,000. */
  readonly periodMs?: number;
}

/** The past is kept in so many slots a period. */
const SLOTS = 60;

/**
 * Makes an acceleration limit: a sender may go half as fast again as it did a period ago (as measured over a sixtieth of a
 * period then), and always as fast as its mean over the last period, so that a moment's pause isn't held against it.
 */
export function createAccelerationLimit(options: AccelerationOptions = {}): Limit {
  const { base = 1, cap = Number.POSITIVE_INFINITY, growth = 0.5, periodMs = 900_000 } = options;
  const slotMs = periodMs / SLOTS;
  return createFollowingLimit((startMs) => {
    /** Requests let in by slot: the present one, the period before it, and the one slot before that. */
    const counts = new Float64Array(SLOTS + 2);
    let slot = Math.floor(startMs / slotMs);
    let sum = 0;
    let rate = base;

    const at = (index: number): number => counts[((index % counts.length) + counts.length) % counts.length] ?? 0;

    const moveOn = (nowMs: number): void => {
      const present = Math.floor(nowMs / slotMs);
      if (present === slot) return;
      for (; slot < present; slot++) {
        sum += at(slot) - at(slot - SLOTS);
        counts[(slot + 1) % counts.length] = 0;
      }
      const agoPerSecond = (at(slot - SLOTS) * 1000) / slotMs;
      const meanPerSecond = (Math.max(0, sum) * 1000) / periodMs;
      rate = Math.min(cap, Math.max(base, (1 + growth) * agoPerSecond, meanPerSecond));
    };

    return {
      rate(nowMs) {
        moveOn(nowMs);
        return rate;
      },
      onAccepted(nowMs, requests) {
        moveOn(nowMs);
        counts[slot % counts.length] = at(slot) + requests;
      },
    };
  }, options);
}
