import type { Dialect } from "./dialect.js";
import { rowOf } from "./rows.js";

/** A reset is the time until a continuously refilling bucket is full, and tells the window: a day or a minute under one name. */
const REFILLS = { infersWindow: true, resetAs: "duration" } as const;

/** OpenAI: platform.openai.com/docs/guides/rate-limits, and recordings from 2023 to 2026. */
export const openai: Dialect = {
  name: "openai",
  hosts: ["api.openai.com", ".api.openai.com"],
  signs: ["openai-processing-ms", "openai-organization", "openai-version"],
  quotas: [
    rowOf("requests", "x-ratelimit-{}-requests", REFILLS),
    rowOf("tokens", "x-ratelimit-{}-tokens", REFILLS),
    rowOf("requests", "x-ratelimit-{}-project-requests", { ...REFILLS, scope: "project" }),
    rowOf("tokens", "x-ratelimit-{}-project-tokens", { ...REFILLS, scope: "project" }),
    rowOf("images", "x-ratelimit-{}-input-images", REFILLS),
    rowOf("tokens", "x-ratelimit-{}-tokens_usage_based", { ...REFILLS, scope: "usage-based" }),
  ],
  refusals: [
    { words: /exceeded your current quota/i, statuses: [429], outcome: "exhausted" },
    { codes: ["slow_down"], statuses: [429, 503], outcome: "throttled" },
    { codes: ["input-images", "images"], dimension: "images" },
  ],
  traits: [
    { traits: { kind: "refill", countsRefused: true } },
    { dimension: "tokens", traits: { chargesEstimate: true } },
  ],
};
