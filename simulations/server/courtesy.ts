import { type Bucket, createBucket } from "./bucket.js";
import type { Allowance } from "./limit.js";
import { type Neighbour, takenPerSecond } from "./neighbour.js";

/**
 * What is left where strangers take their share: who sees everything could come the instant there is room and leave them
 * nothing, and the optimum of a shared limit would be all of it. It takes what is left instead.
 */
export interface Courtesy {
  /** Milliseconds until one more request leaves the strangers theirs; 0 where nobody is there. */
  waitMs(nowMs: number, model: string, organisation: string): number;
  onAccepted(nowMs: number, model: string, organisation: string): void;
}

const DEPTH_MS = 1_000;

/** Makes the {@link Courtesy} towards these; `leftFor` tells what they leave. */
export function createCourtesy(
  neighbours: readonly Neighbour[],
  leftFor: (nowMs: number, model: string, organisation: string) => Allowance,
): Courtesy {
  const shares = new Map<string, Bucket>();

  function shareAt(nowMs: number, model: string, organisation: string): Bucket {
    const key = `${model}\n${organisation}`;
    const ratePerSecond = leftFor(nowMs, model, organisation).requests;
    const known = shares.get(key);
    const share = known ?? createBucket(nowMs, { ratePerSecond, depthMs: DEPTH_MS });
    if (known === undefined) shares.set(key, share);
    else if (share.ratePerSecond !== ratePerSecond) share.setRate(nowMs, ratePerSecond);
    return share;
  }

  return {
    waitMs(nowMs, model, organisation) {
      const share = shareAt(nowMs, model, organisation);
      return takenPerSecond(neighbours, { nowMs, model, organisation }) === 0 ? 0 : share.waitFor(nowMs, 1);
    },
    onAccepted(nowMs, model, organisation) {
      const share = shareAt(nowMs, model, organisation);
      // Nobody owes for what was taken while nobody else was there.
      share.take(nowMs, Math.min(1, Math.max(0, share.level(nowMs))));
    },
  };
}
