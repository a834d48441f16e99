import type { Dialect } from "./dialect.js";
import { DAY_MS, HOUR_MS, MINUTE_MS, rowOf, SECOND_MS } from "./rows.js";

const REFILLS = { infersWindow: true, resetAs: "duration" } as const;

const WINDOWS = [
  ["second", SECOND_MS],
  ["minute", MINUTE_MS],
  ["hour", HOUR_MS],
  ["day", DAY_MS],
] as const;

/** A server that nobody knows: every name that is used widely, and the forms of time told apart by themselves. */
export const generic: Dialect = {
  name: "generic",
  aliases: ["unknown", "openai-compatible", "litellm", "litellm-proxy"],
  quotas: [
    rowOf("requests", "x-ratelimit-{}-requests", {
      ...REFILLS,
      limit: ["x-ratelimit-limit-requests", "x-ratelimit-requests"],
      reset: ["x-ratelimit-reset-requests", "llm_provider-x-ratelimit-reset-requests"],
    }),
    rowOf("tokens", "x-ratelimit-{}-tokens", {
      ...REFILLS,
      limit: ["x-ratelimit-limit-tokens", "x-ratelimit-tokens"],
      reset: ["x-ratelimit-reset-tokens", "llm_provider-x-ratelimit-reset-tokens"],
    }),
    rowOf("requests", "x-ratelimit-{}-project-requests", { ...REFILLS, scope: "project" }),
    rowOf("tokens", "x-ratelimit-{}-project-tokens", { ...REFILLS, scope: "project" }),
    rowOf("inputTokens", "x-ratelimit-{}-input-tokens", REFILLS),
    rowOf("outputTokens", "x-ratelimit-{}-output-tokens", REFILLS),
    ...WINDOWS.flatMap(([word, windowMs]) => [
      rowOf("requests", `x-ratelimit-{}-${word}`, { windowMs, scopeUnlessNarrowest: word }),
      rowOf("requests", `x-ratelimit-{}-requests-${word}`, { windowMs, scopeUnlessNarrowest: word }),
      rowOf("tokens", `x-ratelimit-{}-tokens-${word}`, { windowMs, scopeUnlessNarrowest: word }),
    ]),
    rowOf("tokens", "x-tokenlimit-{}"),
    rowOf("requests", "x-rate-limit-{}"),
    rowOf("requests", "x-ratelimit-{}", {
      used: "x-ratelimit-used",
      reset: ["x-ratelimit-reset", "x-ratelimit-reset-after"],
      isNamedByRefusal: true,
    }),
  ],
  fields: [
    {
      limit: "x-ratelimit-limit",
      remaining: "x-ratelimit-remaining",
      reset: ["x-ratelimit-reset", "x-ratelimit-reset-after"],
    },
    {
      limit: "ratelimit-limit",
      remaining: "ratelimit-remaining",
      reset: "ratelimit-reset",
      policy: "ratelimit-policy",
      combined: "ratelimit",
      // Beside a row for each window, as Kong sends them, these repeat one of the rows.
      isMirror: true,
    },
  ],
  refusesWith: [403],
};
