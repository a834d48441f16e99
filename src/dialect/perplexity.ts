import type { Dialect } from "./dialect.js";
import { MINUTE_MS } from "./rows.js";

/** Perplexity: a leaky bucket by the minute and tier; it states nothing. */
export const perplexity: Dialect = {
  name: "perplexity",
  hosts: ["api.perplexity.ai"],
  traits: [{ traits: { kind: "refill", windowMs: MINUTE_MS } }],
  states: "never",
};
