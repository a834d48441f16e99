import type { Admission } from "./limit.js";

/** The ways in which the simulated server can misbehave. */
export const FAULT_KINDS = [
  /** Limit headers that make no sense. */
  "garbage-headers",
  /** The connection closes without an answer, when that would have come: what was asked for was done, and is lost. */
  "close-early",
  /** It closes in the middle of the body. */
  "close-mid-body",
  /** No answer ever comes. */
  "never-answer",
  /** A stream begins with 200 and then carries an error event. Answers that aren't streamed are as ever. */
  "error-in-stream",
  /** 429 for want of money: waiting is futile. */
  "exhausted",
  /** A refusal of the limit asks to wait `waitMs`, however soon there would be room. */
  "retry-after",
  /** 429 that asks to come back in a year. */
  "retry-after-year",
  /** Limit and remaining are 0 on a success. */
  "limit-zero",
  /** The limit resets in 1970. */
  "reset-1970",
  /** 500 with an error body. */
  "status-500",
  /** 503, as the provider words a lack of capacity: noise, where only some requests meet it. */
  "status-503",
  /** 502 with an HTML page, as a gateway sends it. */
  "status-502",
] as const;

/** One of {@link FAULT_KINDS}. */
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A defect that some requests meet. */
export interface Fault {
  readonly kind: FaultKind;
  /** Part of the requests that meet it, in (0, 1]. Default 1. */
  readonly share?: number;
  /** How many requests meet it before all is well again. Default: no end. */
  readonly times?: number;
  /** From this instant on, in milliseconds from the start. Default: from the start. */
  readonly fromMs?: number;
  /** Until this instant. Default: no end. */
  readonly untilMs?: number;
  /** The model whose requests meet it. Default: all. */
  readonly model?: string;
  /**
   * What some kinds need, in milliseconds: the wait that `retry-after` states (default 20,000), and after how long the
   * connection of `never-answer` is closed by somebody on the way (default: never).
   */
  readonly waitMs?: number;
}

/** The wait that the fault `retry-after` states where its `waitMs` isn't set. */
export const STATED_WAIT_MS = 20_000;

const YEAR_SECONDS = 365 * 24 * 3_600;

/** Whether a fault answers in the place of the limit, which then never sees the request. */
export function isRefusing({ kind }: Fault): boolean {
  switch (kind) {
    case "status-500":
    case "status-502":
    case "status-503":
    case "retry-after-year":
    case "exhausted":
      return true;
    default:
      return false;
  }
}

/** What a refusal says of waiting once a fault has had its word. */
export function statedBy(fault: Fault | undefined, admission: Admission): Admission {
  if (fault?.kind !== "retry-after" || admission.outcome !== "throttled") return admission;
  return { ...admission, retryAfterMs: fault.waitMs ?? STATED_WAIT_MS };
}

/** Headers that a fault puts in the place of the right ones; undefined where it leaves them alone. */
export function faultHeaders(kind: FaultKind): Readonly<Record<string, string>> | undefined {
  switch (kind) {
    case "garbage-headers":
      return {
        "x-ratelimit-limit": "NaN",
        "x-ratelimit-remaining": "-99999999999999999999999",
        "x-ratelimit-reset": "soon; no, later",
        "x-tokenlimit-limit": "1e999",
        "ratelimit-policy": '"";q=;w=-1,,',
        "retry-after": "Infinity",
      };
    case "limit-zero":
      return { "x-ratelimit-limit": "0", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "0" };
    case "reset-1970":
      return {
        "x-ratelimit-limit": "10",
        "x-ratelimit-remaining": "5",
        "x-ratelimit-reset": "Thu, 01 Jan 1970 00:00:01 GMT",
      };
    case "retry-after-year":
      return { "retry-after": String(YEAR_SECONDS) };
    default:
      return undefined;
  }
}
