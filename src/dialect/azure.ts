import type { Dialect } from "./dialect.js";
import { MINUTE_MS, rowOf } from "./rows.js";

/** Deployments differ in what a bare reset counts: seconds on some, milliseconds on others. */
const RESET = { isResetUnitUnknown: true, windowDocumentedMs: MINUTE_MS } as const;

/** Azure OpenAI, AI Foundry and GitHub Models: learn.microsoft.com, Azure OpenAI quota, and recordings from 2024 to 2026. */
export const azure: Dialect = {
  name: "azure",
  aliases: ["azure-openai", "azure-foundry", "github-models"],
  hosts: [
    ".openai.azure.com",
    ".services.ai.azure.com",
    ".inference.ai.azure.com",
    ".cognitiveservices.azure.com",
    "models.github.ai",
  ],
  signs: ["x-ratelimit-renewalperiod-requests", "x-ratelimit-renewalperiod-tokens", "x-ratelimit-abusepenalty-active"],
  quotas: [
    rowOf("requests", "x-ratelimit-{}-requests", { ...RESET, window: "x-ratelimit-renewalperiod-requests" }),
    rowOf("tokens", "x-ratelimit-{}-tokens", { ...RESET, window: "x-ratelimit-renewalperiod-tokens" }),
    { dimension: "requests", reset: "x-ratelimit-timeremaining", isNamedByRefusal: true },
  ],
  negativeRemaining: "zero",
  // `retry-after-ms: 0` beside `retry-after: 1`, for one.
  obeysLongestWait: true,
  refusals: [
    { header: ["x-ratelimit-type", "userconcurrentrequests"], outcome: "saturated", dimension: "concurrency" },
    { header: ["x-ratelimit-type", "userbyminute"], dimension: "requests", windowMs: MINUTE_MS },
    { header: ["x-ratelimit-type", "tokens"], dimension: "tokens", windowMs: MINUTE_MS },
  ],
  traits: [
    { traits: { kind: "refill", windowMs: MINUTE_MS } },
    // 600 a minute is refused beyond 10 in a second.
    { dimension: "requests", traits: { isPerSecond: true } },
    { dimension: "tokens", traits: { chargesEstimate: true } },
  ],
  wording: {
    throttled: { status: 429, body: { error: { code: "RateLimitReached", message: "{message}" } } },
  },
};
