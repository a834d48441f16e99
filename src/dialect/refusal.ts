import type { HeaderView } from "../signal/headers.js";
import type { Outcome, Signal } from "../signal/signal.js";
import type { Dialect, RefusalRule } from "./dialect.js";
import type { Failure } from "./failure.js";

/** What a response is, and what it was refused for. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly refused?: NonNullable<Signal["refused"]>;
  /** A rule said so; otherwise the status alone did. */
  readonly isTold: boolean;
  /** The request is larger than a whole budget. */
  readonly neverFits: boolean;
  /** Window of the quota that the rule speaks of, in milliseconds. */
  readonly windowMs?: number;
}

/** Statuses under which a server may speak of its lack of capacity in prose, and of money. */
const BUSY = [429, 500, 502, 503, 504, 529];
const MONEY = [400, 402, 403, 429];

/**
 * What holds across providers, after each provider's own rules. Statuses come first and words last: "429" or
 * "overloaded" inside a text proves nothing by itself.
 */
const COMMON: readonly RefusalRule[] = [
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
const NAMED: readonly RefusalRule[] = [
  { words: /output tokens?|\bOTPM\b/i, dimension: "outputTokens" },
  { words: /input tokens?|\bITPM\b/i, dimension: "inputTokens" },
  { words: /tokens? per|request tokens|token (?:rate )?limit|token rate|\bTPM\b|\bTPD\b/i, dimension: "tokens" },
  {
    words:
      /requests? per|queries per|calls per|number of requests|(?:request|call) (?:rate )?limit|(?:request|call) rate|\bRPM\b|\bRPD\b|\bRPS\b/i,
    dimension: "requests",
  },
];

const OUTCOME_OF_STATUS: Readonly<Record<number, Outcome>> = {
  304: "accepted",
  402: "exhausted",
  429: "throttled",
  503: "overloaded",
  529: "overloaded",
};

/** What a response without words of its own is. */
export function outcomeOfStatus(status: number): Outcome {
  if (status >= 200 && status < 300) return "accepted";
  return OUTCOME_OF_STATUS[status] ?? "failed";
}

/** What a response is by its status, its error and its headers; `failure` is absent where there is nothing to read. */
export function judge(status: number, failure: Failure | undefined, view: HeaderView, dialect: Dialect): Verdict {
  const byStatus = outcomeOfStatus(status);
  const isSuccess = status >= 200 && status < 300;
  if (byStatus === "accepted" && failure === undefined) return { outcome: "accepted", isTold: false, neverFits: false };
  const seen: Seen = {
    // An error inside a success may bring the status that it would have had; without one its words still count.
    status: isSuccess ? failure?.status : status,
    isSuccess,
    codes: failure?.codes ?? NOTHING,
    message: failure?.message ?? "",
    view,
  };
  const rules = [...(dialect.refusals ?? []), ...COMMON];
  const ruling = rules.find((rule) => rule.outcome !== undefined && isMatch(rule, seen));
  const outcome = ruling?.outcome ?? defaultOutcome(seen, failure, byStatus);
  if (outcome === "accepted") return { outcome, isTold: false, neverFits: false };
  const naming = namingOf(outcome, ruling, rules, seen);
  return {
    outcome,
    isTold: ruling !== undefined,
    neverFits: ruling?.neverFits === true,
    ...(naming?.dimension !== undefined && { refused: refusedOf(naming.dimension, naming.scope) }),
    ...(naming?.windowMs !== undefined && { windowMs: naming.windowMs }),
  };
}

interface Seen {
  readonly status: number | undefined;
  readonly isSuccess: boolean;
  readonly codes: ReadonlySet<string>;
  readonly message: string;
  readonly view: HeaderView;
}

const NOTHING: ReadonlySet<string> = new Set();

function defaultOutcome(seen: Seen, failure: Failure | undefined, byStatus: Outcome): Outcome {
  if (!seen.isSuccess) return byStatus;
  if (seen.status !== undefined) return outcomeOfStatus(seen.status);
  // A stream that ends in an error failed; a whole answer that lists errors of its own was let in all the same.
  return failure?.isStreamed === true || failure?.root["type"] === "error" ? "failed" : "accepted";
}

function namingOf(
  outcome: Outcome,
  ruling: RefusalRule | undefined,
  rules: readonly RefusalRule[],
  seen: Seen,
): RefusalRule | undefined {
  if (ruling?.dimension !== undefined) return ruling;
  if (outcome === "saturated") return { dimension: "concurrency" };
  if (outcome !== "throttled" && outcome !== "exhausted" && ruling?.neverFits !== true) return undefined;
  return [...rules, ...NAMED].find(
    (rule) => rule.dimension !== undefined && rule.outcome === undefined && isMatch(rule, seen),
  );
}

function refusedOf(dimension: string, scope: string | undefined): NonNullable<Signal["refused"]> {
  return { dimension, ...(scope !== undefined && { scope }) };
}

function isMatch(rule: RefusalRule, seen: Seen): boolean {
  if (rule.statuses !== undefined && !isStatus(rule.statuses, seen)) return false;
  if (rule.codes !== undefined && !rule.codes.some((code) => seen.codes.has(code))) return false;
  if (rule.header !== undefined && !isHeader(rule.header, seen.view)) return false;
  return rule.words === undefined || rule.words.test(seen.message);
}

function isStatus(statuses: readonly number[], seen: Seen): boolean {
  // An error inside a success without a status of its own is read as the refusal that it may be.
  return statuses.includes(seen.status ?? (seen.isSuccess ? 429 : 0));
}

function isHeader([name, value]: readonly [string, string?], view: HeaderView): boolean {
  const found = view.get(name);
  return found !== undefined && (value === undefined || found.trim().toLowerCase() === value);
}
