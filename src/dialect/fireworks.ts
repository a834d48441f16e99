import type { Dialect } from "./dialect.js";
import { MINUTE_MS, rowOf } from "./rows.js";

/** The page says tokens a second, its numbers and enforcement are by the minute: docs.fireworks.ai/serverless/rate-limits, and measurements. */
const MINUTE = { windowDocumentedMs: MINUTE_MS } as const;

/** Fireworks: limits that double within an hour of steady use, and shrink under a burst. */
export const fireworks: Dialect = {
  name: "fireworks",
  aliases: ["fireworks-ai"],
  hosts: ["api.fireworks.ai"],
  signs: ["x-ratelimit-over-limit", "x-ratelimit-limit-tokens-generated", "fireworks-server-processing-time"],
  quotas: [
    rowOf("requests", "x-ratelimit-{}-requests", MINUTE),
    rowOf("outputTokens", "x-ratelimit-{}-tokens-generated", MINUTE),
    rowOf("inputTokens", "x-ratelimit-{}-tokens-prompt", MINUTE),
    rowOf("inputTokens", "x-ratelimit-{}-tokens-cache-adjusted-prompt", { ...MINUTE, scope: "cache-adjusted" }),
  ],
  traits: [{ traits: { windowMs: MINUTE_MS, followsUsage: true } }],
};
