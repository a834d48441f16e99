import type { Workload } from "../world/workload.js";

/** Milliseconds. */
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/**
 * A client that always has more to do than may be sent: as many requests at once as would be under way at four times the
 * limit with answers of 2 s (whose mean is 2.3), so that none of them ever holds back the rate.
 */
export function saturated(limitPerSecond: number): Workload {
  return { kind: "saturated", waiting: Math.max(16, Math.ceil(9.2 * limitPerSecond)) };
}
