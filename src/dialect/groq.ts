import type { Dialect } from "./dialect.js";
import { DAY_MS, MINUTE_MS, rowOf } from "./rows.js";

const REFILLS = { infersWindow: true, resetAs: "duration" } as const;

/** Groq: console.groq.com/docs/rate-limits. The requests are a day's, the tokens a minute's; a minute's requests stand in prose alone. */
export const groq: Dialect = {
  name: "groq",
  hosts: ["api.groq.com"],
  signs: ["x-groq-region"],
  quotas: [
    rowOf("requests", "x-ratelimit-{}-requests", { ...REFILLS, windowDocumentedMs: DAY_MS }),
    rowOf("tokens", "x-ratelimit-{}-tokens", { ...REFILLS, windowDocumentedMs: MINUTE_MS }),
  ],
  refusals: [{ statuses: [498], outcome: "overloaded" }],
  traits: [
    { traits: { kind: "refill" } },
    { dimension: "requests", traits: { windowMs: DAY_MS } },
    { dimension: "requests", scope: "minute", traits: { windowMs: MINUTE_MS } },
    { dimension: "tokens", traits: { windowMs: MINUTE_MS, chargesEstimate: true } },
  ],
};
