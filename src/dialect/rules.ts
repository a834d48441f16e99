import type { RefusalRule } from "./dialect.js";

/** Statuses under which a server may speak of its lack of capacity in prose, and of money. */
const BUSY = [429, 500, 502, 503, 504, 529];
const MONEY = [400, 402, 403, 429];

/**
 * What holds across providers, after each provider's own rules. Statuses come first and words last: "429" or
 * "overloaded" inside a text proves nothing by itself.
 */
export const COMMON: readonly RefusalRule[] = [
  { statuses: [413], codes: ["rate_limit_exceeded"], outcome: "failed", neverFits: true },
  {
    codes: [
      "insufficient_quota",
      "billing_hard_limit_reached",
      "credit_balance_exhausted",
      "organization_spend_limit_exceeded",
      "enforced_spend_limit_reached",
      "billing_not_active",
      "servicequotaexceededexception",
    ],
    outcome: "exhausted",
  },
  {
    statuses: MONEY,
    words:
      /insufficient (?:credits|balance|funds)|purchase (?:more )?credits|credit balance is too low|out of credits|depleted .{0,40}credits|(?:spend|spending|billing hard) limit/i,
    outcome: "exhausted",
  },
  {
    codes: ["concurrency_limit_exceeded", "too_many_concurrent_requests", "concurrent_requests_limit"],
    outcome: "saturated",
  },
  { statuses: [429], words: /concurren(?:t|cy)|simultaneous/i, outcome: "saturated" },
  // Elsewhere the word alone may speak of a conflict between two writers.
  {
    statuses: [409, 503],
    words: /(?:too many|max(?:imum)?|limit)\b.{0,40}\b(?:concurrent|simultaneous)/i,
    outcome: "saturated",
  },
  {
    codes: [
      "overloaded_error",
      "overloaded",
      "server_is_overloaded",
      "service_unavailable_error",
      "engine_overloaded",
      "engine_overloaded_error",
      "service_tier_capacity_exceeded",
      "flex_tier_capacity_exceeded",
      "model_capacity_exhausted",
      "capacity_exceeded",
      "queue_exceeded",
      "modelnotreadyexception",
      "serviceunavailableexception",
      "temporary-reduced-capacity",
      "3505",
    ],
    outcome: "overloaded",
  },
  {
    statuses: BUSY,
    words:
      /overloaded|no capacity|capacity (?:is )?exceeded|(?:high|heavy) (?:demand|load)|over capacity|rate-limited upstream/i,
    outcome: "overloaded",
  },
  { codes: ["requests", "dynamic_request_limited"], dimension: "requests" },
  { codes: ["tokens", "dynamic_token_limited"], dimension: "tokens" },
  {
    codes: [
      "rate_limit_exceeded",
      "rate_limit_error",
      "rate_limit",
      "rate_limited",
      "ratelimitreached",
      "too_many_requests",
      "too_many_requests_error",
      "toomanyrequestsexception",
      "throttlingexception",
      "throttled",
      "resource_exhausted",
      "quota-exceeded",
      "dynamic_request_limited",
      "dynamic_token_limited",
    ],
    outcome: "throttled",
  },
];

/** The dimension that prose names, most special first. It only refines what was found to be a refusal. */
export const NAMED: readonly RefusalRule[] = [
  { words: /output tokens?|\bOTPM\b/i, dimension: "outputTokens" },
  { words: /input tokens?|\bITPM\b/i, dimension: "inputTokens" },
  { words: /tokens? per|request tokens|token (?:rate )?limit|token rate|\bTPM\b|\bTPD\b/i, dimension: "tokens" },
  {
    words:
      /requests? per|queries per|calls per|number of requests|(?:request|call) (?:rate )?limit|(?:request|call) rate|\bRPM\b|\bRPD\b|\bRPS\b/i,
    dimension: "requests",
  },
];
