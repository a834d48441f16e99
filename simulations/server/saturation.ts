import { createKeyed } from "./keyed.js";
import type { Limit } from "./limit.js";

/** How many requests of one organisation may be under way at once. */
export interface SaturationOptions {
  /** Default: any number. */
  readonly inFlightMax?: number;
}

/** Puts a limit on concurrency before another limit: what comes beyond it is saturated, and charged to nobody. */
export function withSaturation(limit: Limit, options: SaturationOptions): Limit {
  let inFlightMax = options.inFlightMax ?? Number.POSITIVE_INFINITY;
  const accounts = createKeyed(() => ({ inFlight: 0 }));
  return {
    ...limit,
    admit(nowMs, arrival) {
      const account = accounts.get(arrival.key, nowMs);
      if (account.inFlight >= inFlightMax) {
        return { outcome: "saturated", refused: { dimension: "concurrency" }, quotas: [] };
      }
      const admission = limit.admit(nowMs, arrival);
      if (admission.outcome === "accepted") account.inFlight++;
      return admission;
    },
    settle(nowMs, arrival) {
      const account = accounts.get(arrival.key, nowMs);
      // An account that was forgotten and met again never counted this one.
      account.inFlight = Math.max(0, account.inFlight - 1);
      limit.settle(nowMs, arrival);
    },
    change(nowMs, change) {
      limit.change(nowMs, change);
      if (change.inFlightMax !== undefined) inFlightMax = change.inFlightMax ?? Number.POSITIVE_INFINITY;
    },
  };
}
