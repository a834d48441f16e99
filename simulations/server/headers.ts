import type { Admission } from "./limit.js";

/**
 * Which responses carry limit headers.
 *
 * - `every`: all of them, as at OpenAI, and at Together in January 2026.
 * - `refusals`: only a 429 says when to come back, as at Together later in 2026.
 * - `none`: none does.
 * - `2025`: as Together in 2025: the limit counts a second, what remains two, and a Retry-After stands on successes too.
 */
export const HEADER_ERAS = ["every", "refusals", "none", "2025"] as const;
export type HeaderEra = (typeof HEADER_ERAS)[number];

export function limitHeaders(
  admission: Admission,
  { era }: { era: HeaderEra; provider: string },
): Record<string, string> {
  const headers: Record<string, string> = {};
  if (era === "none") return headers;
  if (era === "refusals") {
    if (admission.outcome === "throttled" && admission.retryAfterMs !== undefined) {
      headers["x-ratelimit-reset"] = String(Math.max(1, Math.ceil(admission.retryAfterMs / 1000)));
    }
    return headers;
  }
  for (const quota of admission.quotas) {
    const name = quota.dimension === "tokens" ? "x-tokenlimit" : "x-ratelimit";
    headers[`${name}-limit`] = String(quota.limit);
    headers[`${name}-remaining`] = String(quota.remaining);
    if (quota.dimension === "requests" && quota.resetInMs !== undefined) {
      headers[`${name}-reset`] = String(Math.ceil(quota.resetInMs / 1000));
    }
  }
  return headers;
}
