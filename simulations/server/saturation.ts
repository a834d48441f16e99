import { createKeyed } from "./keyed.js";
import type { Admission, Limit } from "./limit.js";

/** How many requests of one organisation may be under way at once. */
export interface SaturationOptions {
  /** Default: any number. */
  readonly inFlightMax?: number;
  /** Whether the refusal is a plain 429 that doesn't say what there was too much of. Default false: it says so. */
  readonly isInFlightUnsaid?: boolean;
}

const SAID: Admission = { outcome: "saturated", refused: { dimension: "concurrency" } };
const UNSAID: Admission = { outcome: "throttled", refused: { dimension: "requests" } };

/** Puts a limit on concurrency before another limit: what comes beyond it is refused, and charged to nobody. */
export function withSaturation(limit: Limit, options: SaturationOptions): Limit {
  let inFlightMax = options.inFlightMax ?? Number.POSITIVE_INFINITY;
  const refusal = options.isInFlightUnsaid ? UNSAID : SAID;
  const accounts = createKeyed(() => ({ inFlight: 0 }));
  return {
    ...limit,
    admit(nowMs, arrival) {
      const account = accounts.get(arrival.key, nowMs);
      if (account.inFlight >= inFlightMax) return refusal;
      const admission = limit.admit(nowMs, arrival);
      if (admission.outcome === "accepted") account.inFlight++;
      return admission;
    },
    waitMs: (nowMs, arrival) =>
      accounts.get(arrival.key, nowMs).inFlight >= inFlightMax
        ? Number.POSITIVE_INFINITY
        : limit.waitMs(nowMs, arrival),
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
