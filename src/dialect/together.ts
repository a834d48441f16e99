import type { Dialect, EndpointRow, QuotaRow, RefusalRule, TraitRow, WaitHeader } from "./dialect.js";
import { WAITS } from "./dialect.js";
import { SECOND_MS } from "./rows.js";

const REQUESTS = {
  limit: "x-ratelimit-limit",
  remaining: "x-ratelimit-remaining",
  reset: "x-ratelimit-reset",
} as const;

/** 2024 named no window, and counted two seconds on a free key (recorded in traceloop/openllmetry). */
const requests2024: QuotaRow = { dimension: "requests", ...REQUESTS };

/** From 2025 on a limit is by the second; 2025's `remaining` covers two of them, so that it may exceed the limit. */
const requests2025: QuotaRow = {
  dimension: "requests",
  ...REQUESTS,
  windowMs: SECOND_MS,
  beside: ["x-ratelimit", "x-ratelimit-limit-tokens"],
};
const tokens2025: QuotaRow = {
  dimension: "tokens",
  limit: "x-ratelimit-limit-tokens",
  remaining: "x-ratelimit-remaining-tokens",
  windowMs: SECOND_MS,
};

/** The nine names of docs.together.ai/docs/rate-limits in January 2026: static and dynamic, requests and tokens. */
const rowsJanuary2026: readonly QuotaRow[] = [
  {
    dimension: "requests",
    ...REQUESTS,
    windowMs: SECOND_MS,
    beside: ["x-tokenlimit-limit", "x-ratelimit-limit-dynamic", "x-tokenlimit-limit-dynamic"],
  },
  {
    dimension: "tokens",
    limit: "x-tokenlimit-limit",
    remaining: "x-tokenlimit-remaining",
    windowMs: SECOND_MS,
  },
  {
    dimension: "requests",
    scope: "dynamic",
    limit: "x-ratelimit-limit-dynamic",
    remaining: "x-ratelimit-remaining-dynamic",
    resetShared: "x-ratelimit-reset",
    windowMs: SECOND_MS,
  },
  {
    dimension: "tokens",
    scope: "dynamic",
    limit: "x-tokenlimit-limit-dynamic",
    remaining: "x-tokenlimit-remaining-dynamic",
    windowMs: SECOND_MS,
  },
];

/** "Number of seconds to wait before retrying": a wait that is stated, under another name. */
const waits: readonly WaitHeader[] = [...WAITS, { name: "x-ratelimit-reset", statuses: [429], isWritten: true }];

/** What an organisation may send over all of its models. */
const ORGANIZATION = "organization";

const refusals: readonly RefusalRule[] = [
  // Chat and embeddings have a quota in common, beside each model's own: prose alone tells the two apart.
  {
    statuses: [429],
    words: /^(?!.*\bmodel\b).*\borgani[sz]ation(?:'s)?\b(?!.*\btokens?\b)/is,
    outcome: "throttled",
    dimension: "requests",
    scope: ORGANIZATION,
  },
  { statuses: [429], codes: ["dynamic_request_limited"], outcome: "throttled", dimension: "requests" },
  { statuses: [429], codes: ["dynamic_token_limited"], outcome: "throttled", dimension: "tokens" },
  // The word credit doesn't mean that it is spent: a free key's 60 requests a minute are refused so.
  { statuses: [429], codes: ["credit_limit", "model_rate_limit"], outcome: "throttled" },
  // A fourth fine-tuning job beside three that run.
  { statuses: [409], outcome: "saturated" },
  // The context is too long; no rate is meant.
  { statuses: [403], outcome: "failed" },
];

const traits: readonly TraitRow[] = [
  { traits: { windowMs: SECOND_MS, isPerSecond: true, followsUsage: true } },
  { dimension: "tokens", traits: { chargesEstimate: true } },
];

const FINE_TUNE_ENDED = ["completed", "cancelled", "error", "user_error"] as const;
const BATCH_ENDED = ["completed", "failed", "expired", "cancelled"] as const;

/**
 * What guides print for each endpoint, in requests a minute: 600, 300 and 60. Limits are dynamic and each model's own, so
 * these are where a rate begins. Chat and embeddings draw on a quota of the organisation's beside that.
 */
const endpoints: readonly EndpointRow[] = [
  { name: "chat", path: "/chat/completions", startPerSecond: 10, shares: [ORGANIZATION] },
  { name: "completions", path: "/completions", startPerSecond: 10, shares: [ORGANIZATION] },
  { name: "embeddings", path: "/embeddings", startPerSecond: 5, shares: [ORGANIZATION] },
  { name: "images", path: "/images/generations", startPerSecond: 1 },
  { name: "fine-tunes", path: "/fine-tunes", jobs: { atOnceMax: 3, ended: FINE_TUNE_ENDED } },
  { name: "batches", path: "/batches", jobs: { atOnceMax: 10, ended: BATCH_ENDED } },
];

const wording: NonNullable<Dialect["wording"]> = {
  throttled: {
    status: 429,
    body: {
      error: { message: "{message}", type: "dynamic_request_limited", param: null, code: null },
      error_type: "dynamic_request_limited",
    },
  },
  "throttled:tokens": {
    status: 429,
    body: {
      error: { message: "{message}", type: "dynamic_token_limited", param: null, code: null },
      error_type: "dynamic_token_limited",
    },
  },
  overloaded: {
    status: 503,
    body: { error: { message: "{message}", type: "service_unavailable", param: null, code: null } },
  },
  exhausted: {
    status: 402,
    body: { error: { message: "{message}", type: "spending_limit", param: null, code: null } },
  },
  saturated: { status: 409, body: { error: { message: "{message}", type: "conflict", param: null, code: null } } },
  failed: { status: 500, body: { error: { message: "{message}", type: "server_error", param: null, code: null } } },
};

const shared = { refusals, wording, waits, endpoints } as const;

/** Together AI as it is now: a success states nothing, a 429 a wait. Reads the headers of all earlier eras too. */
export const together: Dialect = {
  name: "together",
  aliases: ["together-ai", "togetherai", "together.ai", "together-current"],
  hosts: ["api.together.xyz", "api.together.ai", ".together.xyz", ".together.ai"],
  signs: ["x-together-traceid", "x-ratelimit", "x-ratelimit-limit-dynamic", "x-tokenlimit-limit-dynamic"],
  // A lone reset comes with a 429, whichever of the two rates it was for.
  quotas: [requests2025, ...rowsJanuary2026, tokens2025, { ...requests2024, isNamedByRefusal: true }],
  states: "never",
  ...shared,
  traits,
};

/** The same in June 2024: three headers on every response. */
export const together2024: Dialect = {
  name: "together-2024",
  quotas: [requests2024],
  ...shared,
  waits: WAITS,
  traits: [{ traits: { isPerSecond: true } }],
};

/** The same in 2025: by the second, `remaining` over two seconds, a Retry-After on every response that means nothing. */
export const together2025: Dialect = {
  name: "together-2025",
  always: { "x-ratelimit": "false", "retry-after": "2" },
  quotas: [requests2025, tokens2025],
  ...shared,
  waits: WAITS,
  traits: [{ traits: { windowMs: SECOND_MS, isPerSecond: true, depth: 2 } }],
};

/** The same in January 2026: dynamic limits beside static ones, on every response. */
export const togetherJanuary2026: Dialect = {
  name: "together-january-2026",
  quotas: rowsJanuary2026,
  ...shared,
  traits,
};
