import type { Dialect } from "./dialect.js";
import { MINUTE_MS, rowOf } from "./rows.js";

const MINUTE = { reset: [], windowMs: MINUTE_MS } as const;

/** Mistral, from recordings: no resets, the window in the name, and a minute that ends with the clock's. */
export const mistral: Dialect = {
  name: "mistral",
  hosts: ["api.mistral.ai", "codestral.mistral.ai"],
  signs: [
    "x-ratelimit-limit-req-minute",
    "x-ratelimit-limit-req-10-second",
    "x-ratelimit-tokens-query-cost",
    "mistral-correlation-id",
  ],
  quotas: [
    rowOf("requests", "x-ratelimit-{}-req-10-second", { reset: [], windowMs: 10_000 }),
    rowOf("requests", "x-ratelimit-{}-req-minute", { ...MINUTE, scopeUnlessNarrowest: "minute" }),
    rowOf("tokens", "x-ratelimit-{}-tokens-minute", MINUTE),
    rowOf("tokens", "x-ratelimitbysize-{}-minute", MINUTE),
    rowOf("tokens", "ratelimitbysize-{}", { isMirror: true }),
    rowOf("tokens", "x-ratelimit-{}-tokens-month", { reset: [], scope: "month" }),
    rowOf("tokens", "x-ratelimitbysize-{}-month", { reset: [], scope: "month" }),
    rowOf("audioSeconds", "x-ratelimit-{}-audio-seconds-minute", MINUTE),
    rowOf("pages", "x-ratelimit-{}-ocr-pages-minute", MINUTE),
    rowOf("characters", "x-ratelimit-{}-input-characters-minute", MINUTE),
  ],
  refusals: [
    { codes: ["service_tier_capacity_exceeded", "3505"], outcome: "overloaded" },
    { codes: ["1300", "rate_limited"], outcome: "throttled" },
  ],
  traits: [{ traits: { kind: "window", windowMs: MINUTE_MS } }],
  wording: {
    throttled: {
      status: 429,
      body: { object: "error", message: "{message}", type: "rate_limited", param: null, code: "1300" },
    },
    overloaded: {
      status: 429,
      body: {
        object: "error",
        message: "{message}",
        type: "service_tier_capacity_exceeded",
        param: null,
        code: "3505",
      },
    },
  },
};
