import { createFollowingLimit, type FollowingOptions } from "./following.js";
import type { Limit } from "./limit.js";
import { createUsageMeter } from "./usage.js";

/** A limit that takes a step up where it is used, as Fireworks describes its own. */
export interface FireworksOptions extends FollowingOptions {
  /** Requests a second at the start. Default 5. */
  readonly base?: number;
  /** It never rises above this. Default 20. */
  readonly cap?: number;
  /** Factor of a step. Default 1.25. */
  readonly step?: number;
  /** The least time between steps, in milliseconds. Default 900,000, as documented; a test that isn't to take hours shortens it. */
  readonly stepEveryMs?: number;
  /** A step is taken where more than this share of the limit was used in the last minute. Default 0.5. */
  readonly usedShareMin?: number;
}

const MINUTE_MS = 60_000;

/**
 * Makes a limit that grows by a quarter, at most once each quarter of an hour, where more than half of it was used in the
 * last minute. What falls only after days isn't modelled.
 *
 * @see docs.fireworks.ai, serverless rate limits: "adaptive limits"
 */
export function createFireworksLimit(options: FireworksOptions = {}): Limit {
  const { base = 5, cap = 20, step = 1.25, stepEveryMs = 900_000, usedShareMin = 0.5 } = options;
  return createFollowingLimit((startMs) => {
    const usage = createUsageMeter(startMs, MINUTE_MS);
    let limit = base;
    let steppedAtMs = startMs;

    return {
      rate(nowMs) {
        if (limit < cap && nowMs - steppedAtMs >= stepEveryMs && usage.meanPerSecond(nowMs) > usedShareMin * limit) {
          limit = Math.min(cap, limit * step);
          steppedAtMs = nowMs;
        }
        return limit;
      },
      onAccepted: (nowMs, requests) => usage.add(nowMs, requests),
    };
  }, options);
}
