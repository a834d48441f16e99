import type { Dimension } from "../cost.js";
import { readDelayMs } from "../signal/instant.js";
import { countOf } from "./count.js";
import { windowName, windowOfWord } from "./window.js";

/** A quota that an error's prose tells of. */
export interface ProseQuota {
  readonly dimension: Dimension;
  readonly scope?: string;
  readonly limit?: number;
  readonly remaining?: number;
  readonly resetInMs?: number;
  readonly windowMs?: number;
  /** The request alone asked for more than the limit. */
  readonly neverFits?: boolean;
}

const UNIT = "(input |output |audio |request )?(tokens?|requests?|queries|query|calls|images?|seconds)";
const COUNT = "(\\d+(?:,\\d{3})*(?:\\.\\d+)?)";
const WORD = "(sec(?:ond)?|min(?:ute)?|hour|day)";
/** "on tokens per min (TPM): Limit 200000, Used 199821, Requested 2295" (OpenAI, Groq). */
const LIMIT_USED = new RegExp(
  `${UNIT} per ${WORD}[^:\\n]{0,40}: ?Limit:? ?${COUNT}(?: ?/ ?\\w+)?(?:, ?(?:Used|Current):? ?${COUNT})?(?:, ?Requested:? ?${COUNT})?`,
  "i",
);
/** "Requests per Second (actual/limit): 2/2" (xAI). */
const ACTUAL_LIMIT = new RegExp(`${UNIT} per ${WORD} \\(actual/limit\\): ?${COUNT}/${COUNT}`, "i");
/** "Rate limit of 5 per 0s exceeded for UserConcurrentRequests" (GitHub Models). */
const OF_PER = /limit of ([\d,]+) per (\d+)s exceeded for (\w+)/i;
/** "maximum rate limit for this model is 6.0 queries and 180000000 tokens per minute", "rate limit of 40,000 input tokens per minute". */
const STATED = new RegExp(`${COUNT} ${UNIT}(?: and ${COUNT} ${UNIT})? per ${WORD}`, "gi");

/** What a refusal's prose says of its quotas. */
export function quotasInProse(message: string): readonly ProseQuota[] {
  const used = LIMIT_USED.exec(message);
  if (used !== null) return [usedQuota(used)];
  const actual = ACTUAL_LIMIT.exec(message);
  if (actual !== null) return [actualQuota(actual)];
  const of = OF_PER.exec(message);
  if (of !== null) return [ofQuota(of)];
  return statedQuotas(message);
}

function usedQuota([, kind, unit, word, limitText, usedText, requestedText]: RegExpExecArray): ProseQuota {
  const limit = countOf(limitText);
  const used = countOf(usedText);
  const requested = countOf(requestedText);
  const windowMs = windowOfWord(word ?? "");
  return {
    dimension: dimensionOfWords(kind, unit),
    ...(limit !== undefined && { limit }),
    ...(limit !== undefined && used !== undefined && { remaining: Math.max(0, limit - used) }),
    ...(windowMs !== undefined && { windowMs }),
    ...(limit !== undefined && requested !== undefined && requested > limit && { neverFits: true }),
  };
}

function actualQuota([, kind, unit, word, actualText, limitText]: RegExpExecArray): ProseQuota {
  const limit = countOf(limitText);
  const actual = countOf(actualText);
  const windowMs = windowOfWord(word ?? "");
  return {
    dimension: dimensionOfWords(kind, unit),
    ...(limit !== undefined && { limit }),
    ...(limit !== undefined && actual !== undefined && { remaining: Math.max(0, limit - actual) }),
    ...(windowMs !== undefined && { windowMs }),
  };
}

function ofQuota([, limitText, secondsText, name]: RegExpExecArray): ProseQuota {
  const limit = countOf(limitText);
  const seconds = countOf(secondsText) ?? 0;
  const isConcurrency = /concurren/i.test(name ?? "");
  return {
    dimension: isConcurrency ? "concurrency" : /token/i.test(name ?? "") ? "tokens" : "requests",
    ...(limit !== undefined && { limit }),
    remaining: 0,
    windowMs: seconds * 1_000,
    ...(isConcurrency && seconds === 0 && { resetInMs: 0 }),
  };
}

function statedQuotas(message: string): readonly ProseQuota[] {
  const quotas: ProseQuota[] = [];
  if (!/limit/i.test(message)) return quotas;
  for (const [, first, kind, unit, second, otherKind, otherUnit, word] of message.matchAll(STATED)) {
    const windowMs = windowOfWord(word ?? "");
    for (const [text, dimension] of [
      [first, dimensionOfWords(kind, unit)],
      [second, dimensionOfWords(otherKind, otherUnit)],
    ] as const) {
      const limit = countOf(text);
      if (limit === undefined || windowMs === undefined || quotas.some((one) => one.dimension === dimension)) continue;
      quotas.push({ dimension, limit, windowMs });
    }
  }
  return quotas;
}

function dimensionOfWords(kind: string | undefined, unit: string | undefined): Dimension {
  const word = unit?.toLowerCase() ?? "";
  const of = kind?.trim().toLowerCase();
  if (of === "audio") return "audioSeconds";
  if (word.startsWith("image")) return "images";
  if (!word.startsWith("token")) return "requests";
  return of === "input" ? "inputTokens" : of === "output" ? "outputTokens" : "tokens";
}

/** A quota of another window than the one that headers state for its dimension is another budget: it is named for its window. */
export function scopedFor(quota: ProseQuota, headerWindowMs: number | undefined): ProseQuota {
  if (headerWindowMs === undefined || quota.windowMs === undefined || quota.windowMs === headerWindowMs) return quota;
  return { ...quota, scope: windowName(quota.windowMs) };
}

const PROSE_WAIT =
  /(?:try again|retry|retrying|wait|available|resets?)(?: your request)?(?: again)?(?: after| in| for)? (?:about )?((?:\d+(?:\.\d+)?(?:ms|s|m|h|d)(?![a-z]))+|\d+(?:\.\d+)? ?(?:milliseconds?|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?))/i;

/** A wait that prose states, in milliseconds: "try again in 634ms", "Please retry after 33 seconds". */
export function waitInProse(message: string): number | undefined {
  const found = PROSE_WAIT.exec(message)?.[1];
  return found === undefined ? undefined : readDelayMs(found);
}
