import type { Dialect } from "./dialect.js";
import { MINUTE_MS } from "./rows.js";

/** Cohere: limits by the minute in the documentation alone; a countdown for trial keys. */
export const cohere: Dialect = {
  name: "cohere",
  hosts: ["api.cohere.com", "api.cohere.ai"],
  signs: ["x-trial-endpoint-call-remaining"],
  quotas: [
    { dimension: "requests", limit: "x-trial-endpoint-call-limit", remaining: "x-trial-endpoint-call-remaining" },
  ],
  traits: [{ traits: { kind: "sliding", windowMs: MINUTE_MS } }],
};
