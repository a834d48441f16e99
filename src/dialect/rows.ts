import type { Dimension } from "../cost.js";
import type { QuotaRow } from "./dialect.js";

/**
 * A row whose headers differ in one place: `rowOf("requests", "x-ratelimit-{}-requests")` reads
 * `x-ratelimit-limit-requests` and its two sisters. `rest` adds to it, or takes its place.
 */
export function rowOf(dimension: Dimension, pattern: string, rest: Omit<QuotaRow, "dimension"> = {}): QuotaRow {
  const named = (part: string): string => pattern.replace("{}", part);
  return { dimension, limit: named("limit"), remaining: named("remaining"), reset: named("reset"), ...rest };
}

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
