import { isJustAfterReset, latestOf } from "./late.js";
import { learntSince, predict } from "./quota.js";
import type { QuotaStamp, QuotaState } from "./quota-state.js";
import { windowEnd } from "./window.js";

/**
 * A refusal is a measurement, whatever its headers say: there was less than its cost. Call it after the send was voided
 * and its header observed; where the header agreed, nothing changes.
 */
export function measureRefusal(quota: QuotaState, now: number, stamp: QuotaStamp, cost: number): QuotaState {
  if (stamp.level === null || stamp.seq < quota.measured || stamp.era !== quota.era) return quota;
  const then = predict(quota, now);
  const before = stamp.level + learntSince(then, stamp) + (then.countsRefused ? cost : 0);
  if (then.level === null || then.era !== stamp.era || before <= cost) return then;
  const end = windowEnd(then.reset);
  const { window } = then.reset;
  if (end !== null && window !== null && isJustAfterReset(then, stamp, before)) {
    if (now >= latestOf(then, stamp, end - window)) return then;
    // The server's reset is late: its window isn't ours yet, so ask again in a second, and don't lose the whole of it.
    const retryAt = Math.min(end, now + 1);
    return {
      ...then,
      level: Math.min(then.level, 0.5 * cost),
      reset: { ...then.reset, end: retryAt - then.reset.skew, seenEnd: null },
    };
  }
  const drop = Math.min(before - 0.5 * cost, Math.max(0, then.level));
  return { ...then, level: then.level - drop, corrections: then.corrections - drop };
}
