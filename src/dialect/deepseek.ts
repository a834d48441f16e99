import type { Dialect } from "./dialect.js";

/** DeepSeek: api-docs.deepseek.com/quick_start/rate_limit. No headers; a 429 means too many at once. */
export const deepseek: Dialect = {
  name: "deepseek",
  hosts: ["api.deepseek.com"],
  refusals: [{ statuses: [429], outcome: "saturated", dimension: "concurrency" }],
  wording: {
    saturated: { status: 429, body: { error: { message: "{message}", type: "rate_limit_reached" } } },
    exhausted: { status: 402, body: { error: { message: "{message}", type: "insufficient_balance" } } },
  },
  states: "never",
};
