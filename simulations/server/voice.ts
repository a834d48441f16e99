import { dialectOfName, dialects } from "../../src/dialect/catalog.js";
import type { Dialect } from "../../src/dialect/dialect.js";
import { traitsOf } from "../../src/dialect/traits.js";
import { type Refusal, type Statement, writeHeaders, writeRefusal } from "../../src/dialect/write.js";
import { SluiceError } from "../../src/errors.js";
import type { LimitTraits, Quota } from "../../src/signal/signal.js";
import { complaintIn } from "./complaint.js";
import type { Admission } from "./limit.js";
import type { JsonAnswer } from "./reply.js";

/**
 * Which responses carry limit headers.
 *
 * - `every`: all of them, in the provider's words; Together's as of January 2026.
 * - `refusals`: only a 429 does; Together's then states a wait and nothing else, as later in 2026.
 * - `none`: none does.
 * - `2025`, `2024`: all of them, as Together wrote them in those years.
 */
export const HEADER_ERAS = ["every", "refusals", "none", "2025", "2024"] as const;
/** One of {@link HEADER_ERAS}. */
export type HeaderEra = (typeof HEADER_ERAS)[number];

/** What a server decided, and what its headers may tell. */
export interface Decision {
  readonly admission: Admission;
  readonly quotas: readonly Quota[];
  /** The server's wall time, in milliseconds since 1970. */
  readonly dateMs: number;
}

/** How a server words what a limit decided. */
export interface Voice {
  /** Limit headers of a response. */
  headers(decision: Decision): Readonly<Record<string, string>>;
  /** Status and body of a refusal. */
  refusal(decision: Decision, model: string): JsonAnswer;
  /** Status and body of a refusal for too many at once of something. */
  saturated(message: string): JsonAnswer;
  /** Status and body of a refusal for want of money. */
  exhausted(): JsonAnswer;
  /** An error that isn't about limits, in its own words. */
  complaint(answer: JsonAnswer): JsonAnswer;
  /** Whether there is anything to say of quotas in a response with this outcome. */
  tellsQuotas(outcome: Admission["outcome"]): boolean;
  /** What the provider's limits are like. */
  readonly traits: LimitTraits;
  /** The dialect's name, whichever of its names was given. */
  readonly provider: string;
}

const TOGETHER_BY_ERA: Readonly<Record<HeaderEra, string>> = {
  every: "together-january-2026",
  refusals: "together",
  none: "together",
  "2025": "together-2025",
  "2024": "together-2024",
};

/**
 * The voice of a provider in an era.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` for a provider that isn't known, or an era that it never had
 */
export function createVoice(provider: string, era: HeaderEra): Voice {
  const dialect = dialectIn(provider, era);
  const worded = (refusal: Refusal): JsonAnswer => {
    const { status, body } = writeRefusal(dialect, refusal);
    return { status, json: body };
  };
  return {
    provider: dialect.name,
    complaint: (answer) => complaintIn(dialect.name, answer),
    traits: traitsOf(dialect, "requests"),
    tellsQuotas: (outcome) => era !== "none" && (era !== "refusals" || outcome === "throttled"),
    headers(decision) {
      const statement = statementOf(dialect, era, decision);
      if (statement === undefined) return {};
      // The wire dates a response when it leaves, which is later.
      const { date: _, ...headers } = writeHeaders(dialect, statement);
      return headers;
    },
    saturated: (message) => worded({ outcome: "saturated", message }),
    exhausted() {
      const message = "You exceeded your current quota, please check your plan and billing details.";
      return worded({ outcome: "exhausted", message });
    },
    refusal(decision, model) {
      const { admission } = decision;
      const outcome = admission.outcome === "accepted" ? "failed" : admission.outcome;
      const dimension = admission.refused?.dimension;
      const message = messageOf(decision, { model, tellsNumbers: era !== "none" && dialect.wording === undefined });
      return worded({
        outcome,
        message,
        ...(dimension === undefined ? {} : { dimension }),
        ...(admission.retryAfterMs === undefined ? {} : { retryAfterMs: admission.retryAfterMs }),
      });
    },
  };
}

function dialectIn(provider: string, era: HeaderEra): Dialect {
  const dialect = dialectOfName(provider);
  if (dialect === undefined) {
    const names = dialects.map(({ name }) => name).join(", ");
    throw new SluiceError("ERR_SLUICE_OPTION", `provider must be one of ${names}, got '${provider}'`);
  }
  if (dialect.name === "together") return dialectOfName(TOGETHER_BY_ERA[era]) ?? dialect;
  if (era === "2024" || era === "2025") {
    throw new SluiceError("ERR_SLUICE_OPTION", `headers of '${era}' are known of together alone, not of '${provider}'`);
  }
  return dialect;
}

/** What headers are to tell, or undefined for a response that has none. */
function statementOf(dialect: Dialect, era: HeaderEra, decision: Decision): Statement | undefined {
  const { admission, quotas, dateMs } = decision;
  const isThrottled = admission.outcome === "throttled";
  if (era === "none" || (era === "refusals" && !isThrottled)) return undefined;
  const { retryAfterMs } = admission;
  // Together promises no Retry-After: where its headers tell the reset anyway, there is no other wait.
  const statesWait = isThrottled && !(dialect.name.startsWith("together") && era !== "refusals");
  const wait = statesWait && retryAfterMs !== undefined ? { retryAfterMs: Math.max(1, retryAfterMs) } : {};
  return { quotas, dateMs, isRefusal: isThrottled, ...wait };
}

function messageOf(
  { admission, quotas }: Decision,
  { model, tellsNumbers }: { model: string; tellsNumbers: boolean },
): string {
  if (admission.outcome === "overloaded") return `The server is overloaded or not ready yet: no capacity for ${model}.`;
  if (admission.outcome === "saturated") return `You have too many requests in flight for ${model}.`;
  const dimension = admission.refused?.dimension ?? "requests";
  if (admission.refused?.neverFits)
    return `Request too large for ${model}: it has more ${dimension} than the whole limit.`;
  const scope = admission.refused?.scope;
  const limit = quotas.find((quota) => quota.dimension === dimension && quota.scope === scope)?.limit;
  const wait = admission.retryAfterMs;
  const numbers = [
    ...(tellsNumbers && limit !== undefined ? [`Limit ${limit}.`] : []),
    ...(tellsNumbers && wait !== undefined ? [`Please try again in ${Math.ceil(wait)}ms.`] : []),
  ];
  const whose = scope === undefined ? `your rate of ${dimension} for ${model}` : `your ${scope}'s rate of ${dimension}`;
  return [`You have been rate limited: ${whose} is above its limit.`, ...numbers].join(" ");
}
