import type { Dialect } from "./dialect.js";
import { rowOf } from "./rows.js";

/** xAI, from recordings: no resets, and counters that often stand still. */
export const xai: Dialect = {
  name: "xai",
  aliases: ["x.ai", "grok"],
  hosts: ["api.x.ai", ".api.x.ai"],
  quotas: [
    rowOf("requests", "x-ratelimit-{}-requests", { reset: [] }),
    rowOf("tokens", "x-ratelimit-{}-tokens", { reset: [] }),
  ],
  refusals: [
    // A limit of none: the model isn't the team's to use. One code serves for this, for pace, and for billing.
    { statuses: [429], words: /\(actual\/limit\): ?\d+\/0(?!\.?\d)/i, outcome: "exhausted", dimension: "requests" },
    {
      statuses: [429],
      words: /usage quota exceeded|purchase credits|used all available credits/i,
      outcome: "exhausted",
    },
    { statuses: [429], codes: ["resource-exhausted"], outcome: "throttled" },
  ],
  wording: { throttled: { status: 429, body: { code: "resource-exhausted", error: "{message}" } } },
};
