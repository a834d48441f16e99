import type { Dialect } from "./dialect.js";
import { rowOf } from "./rows.js";

/** OpenRouter: openrouter.ai/docs/limits. Headers on its own refusals alone, at times inside the body. */
export const openrouter: Dialect = {
  name: "openrouter",
  hosts: ["openrouter.ai", ".openrouter.ai"],
  quotas: [rowOf("requests", "x-ratelimit-{}", { resetAs: "epoch-milliseconds" })],
  states: "refusals",
  refusals: [
    { words: /free-models-per-min/i, outcome: "throttled", dimension: "requests" },
    { words: /free-models-per-day|daily limit/i, outcome: "exhausted", dimension: "requests" },
    // Another provider's refusal, handed on: not the sender's pace.
    { statuses: [429], words: /rate-limited upstream|provider returned error/i, outcome: "overloaded" },
  ],
  traits: [{ traits: { kind: "window", countsRefused: true } }],
  wording: {
    throttled: {
      status: 429,
      body: { error: { message: "Rate limit exceeded: free-models-per-min. {message}", code: 429 } },
    },
  },
};
