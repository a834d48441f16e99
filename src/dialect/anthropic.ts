import type { Dialect } from "./dialect.js";
import { DAY_MS, HOUR_MS, MINUTE_MS, rowOf } from "./rows.js";

/** The reset is when the bucket is full again. It is often a second or three before the response's own Date. */
const REFILLS = { resetAs: "rfc3339", windowDocumentedMs: MINUTE_MS } as const;

/** Names of its OpenAI-compatible endpoint, whose limits have no `limit-` in their names. */
const compatible = (unit: "requests" | "tokens") => ({
  limit: `x-ratelimit-${unit}`,
  remaining: `x-ratelimit-remaining-${unit}`,
  reset: `x-ratelimit-reset-${unit}`,
  resetAs: "duration" as const,
});

/** Windows of a subscription, whose size nobody tells: the share that is used, and the instant at which each ends. */
const CLAIMS = [
  ["5h", 5 * HOUR_MS],
  ["7d", 7 * DAY_MS],
  ["7d_opus", 7 * DAY_MS],
  ["7d_sonnet", 7 * DAY_MS],
  ["overage", undefined],
] as const;

/** Anthropic: platform.claude.com/docs/en/api/rate-limits, and some 800 recordings. */
export const anthropic: Dialect = {
  name: "anthropic",
  aliases: ["claude"],
  hosts: ["api.anthropic.com"],
  signs: [
    "anthropic-ratelimit-requests-limit",
    "anthropic-ratelimit-tokens-limit",
    "anthropic-ratelimit-input-tokens-limit",
    "anthropic-priority-input-tokens-limit",
    "anthropic-organization-id",
    "anthropic-ratelimit-unified-status",
    "anthropic-ratelimit-unified-5h-utilization",
  ],
  quotas: [
    rowOf("requests", "anthropic-ratelimit-requests-{}", REFILLS),
    rowOf("tokens", "anthropic-ratelimit-tokens-{}", REFILLS),
    rowOf("inputTokens", "anthropic-ratelimit-input-tokens-{}", REFILLS),
    rowOf("outputTokens", "anthropic-ratelimit-output-tokens-{}", REFILLS),
    rowOf("inputTokens", "anthropic-priority-input-tokens-{}", { ...REFILLS, scope: "priority" }),
    rowOf("outputTokens", "anthropic-priority-output-tokens-{}", { ...REFILLS, scope: "priority" }),
    { dimension: "requests", ...compatible("requests") },
    { dimension: "tokens", ...compatible("tokens") },
    ...CLAIMS.map(([scope, windowMs]) => ({
      dimension: "utilization",
      scope,
      usedShare: `anthropic-ratelimit-unified-${scope}-utilization`,
      reset: `anthropic-ratelimit-unified-${scope}-reset`,
      resetAs: "epoch-seconds" as const,
      ...(windowMs !== undefined && { windowMs }),
    })),
  ],
  refusals: [
    { statuses: [500, 529], codes: ["api_error"], words: /overloaded/i, outcome: "overloaded" },
    { codes: ["overloaded_error"], outcome: "overloaded" },
  ],
  // Output is charged as it is produced: max_tokens isn't reserved.
  traits: [
    { traits: { kind: "refill", windowMs: MINUTE_MS } },
    ...CLAIMS.map(([scope, windowMs]) => ({
      dimension: "utilization",
      scope,
      traits: { kind: "window" as const, ...(windowMs !== undefined && { windowMs }) },
    })),
  ],
  wording: {
    throttled: { status: 429, body: { type: "error", error: { type: "rate_limit_error", message: "{message}" } } },
    saturated: {
      status: 429,
      body: {
        type: "error",
        error: {
          type: "rate_limit_error",
          message: "Number of concurrent connections has exceeded your rate limit. {message}",
        },
      },
    },
    overloaded: { status: 529, body: { type: "error", error: { type: "overloaded_error", message: "{message}" } } },
    exhausted: {
      status: 429,
      body: {
        type: "error",
        error: {
          type: "rate_limit_error",
          message: "{message}",
          details: { error_code: "enforced_spend_limit_reached" },
        },
      },
    },
    failed: { status: 500, body: { type: "error", error: { type: "api_error", message: "{message}" } } },
  },
};
