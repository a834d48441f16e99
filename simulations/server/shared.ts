import type { Limit } from "./limit.js";

/** What several models' limits have in common. */
export interface SharedQuota {
  /** The one limit behind them all. */
  readonly limit: Limit;
  /** Whether its refusals don't say that it was it. */
  readonly isUnsaid: boolean;
}

/** As dialects name what an organisation may send over all of its models. */
export const SHARED_SCOPE = "organization";

/**
 * Puts a quota that an organisation has over several models before the limit of one of them. What either refuses is charged
 * to neither. `allowed` tells of each model the whole of what is shared, as if nobody asked for another.
 */
export function withShared(limit: Limit, { limit: shared, isUnsaid }: SharedQuota): Limit {
  return {
    ...limit,
    admit(nowMs, arrival) {
      if (shared.waitMs(nowMs, arrival) > 0) {
        const refusal = shared.admit(nowMs, arrival);
        if (isUnsaid || refusal.refused === undefined) return refusal;
        return { ...refusal, refused: { ...refusal.refused, scope: SHARED_SCOPE } };
      }
      const admission = limit.admit(nowMs, arrival);
      if (admission.outcome === "accepted") shared.admit(nowMs, arrival);
      return admission;
    },
    waitMs: (nowMs, arrival) => Math.max(shared.waitMs(nowMs, arrival), limit.waitMs(nowMs, arrival)),
    settle(nowMs, arrival) {
      limit.settle(nowMs, arrival);
      shared.settle(nowMs, arrival);
    },
    change(nowMs, change) {
      limit.change(nowMs, change);
      // Every model's limit passes it on, and it is the same for each.
      const { organisation, sharedPerSecond } = change;
      if (sharedPerSecond === undefined) return;
      shared.change(nowMs, { requestsPerSecond: sharedPerSecond, ...(organisation !== undefined && { organisation }) });
    },
    allowed(nowMs, key) {
      const own = limit.allowed(nowMs, key);
      const whole = shared.allowed(nowMs, key);
      return { requests: Math.min(own.requests, whole.requests), tokens: Math.min(own.tokens, whole.tokens) };
    },
    quotas: (nowMs, key) => [
      ...limit.quotas(nowMs, key),
      ...shared.quotas(nowMs, key).map((quota) => ({ ...quota, scope: SHARED_SCOPE })),
    ],
  };
}
