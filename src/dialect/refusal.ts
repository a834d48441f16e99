import type { HeaderView } from "../signal/headers.js";
import type { Outcome, Signal } from "../signal/signal.js";
import type { Dialect, RefusalRule } from "./dialect.js";
import type { Failure } from "./gather.js";
import { COMMON, NAMED } from "./rules.js";

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
