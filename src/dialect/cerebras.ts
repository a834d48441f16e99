import type { Dialect } from "./dialect.js";
import { DAY_MS, HOUR_MS, MINUTE_MS, rowOf } from "./rows.js";

const SECONDS = { resetAs: "float-seconds" } as const;

/** Cerebras: inference-docs.cerebras.ai/support/rate-limits. Several windows side by side; nothing but a wait on a 429. */
export const cerebras: Dialect = {
  name: "cerebras",
  hosts: ["api.cerebras.ai"],
  quotas: (["requests", "tokens"] as const).flatMap((dimension) => [
    rowOf(dimension, `x-ratelimit-{}-${dimension}-minute`, { ...SECONDS, windowMs: MINUTE_MS }),
    rowOf(dimension, `x-ratelimit-{}-${dimension}-hour`, {
      ...SECONDS,
      windowMs: HOUR_MS,
      scopeUnlessNarrowest: "hour",
    }),
    rowOf(dimension, `x-ratelimit-{}-${dimension}-day`, { ...SECONDS, windowMs: DAY_MS, scopeUnlessNarrowest: "day" }),
    rowOf(dimension, `x-ratelimit-{}-${dimension}-month`, { ...SECONDS, scopeUnlessNarrowest: "month" }),
  ]),
  refusals: [
    { codes: ["queue_exceeded"], outcome: "overloaded" },
    { codes: ["request_quota_exceeded"], dimension: "requests" },
    { codes: ["token_quota_exceeded"], dimension: "tokens" },
  ],
  traits: [{ traits: { kind: "refill" } }, { dimension: "tokens", traits: { chargesEstimate: true } }],
  wording: {
    throttled: {
      status: 429,
      body: { message: "{message}", type: "too_many_requests_error", param: "quota", code: "request_quota_exceeded" },
    },
    "throttled:tokens": {
      status: 429,
      body: { message: "{message}", type: "too_many_requests_error", param: "quota", code: "token_quota_exceeded" },
    },
    overloaded: {
      status: 429,
      body: { message: "{message}", type: "too_many_requests_error", param: "queue", code: "queue_exceeded" },
    },
  },
};
