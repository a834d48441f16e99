/** The ways in which the simulated server can misbehave. */
export const FAULT_KINDS = [
  /** Limit headers that make no sense. */
  "garbage-headers",
  /** The connection closes without an answer. */
  "close-early",
  /** It closes in the middle of the body. */
  "close-mid-body",
  /** No answer ever comes. */
  "never-answer",
  /** A stream begins with 200 and then carries an error event. Answers that aren't streamed are as ever. */
  "error-in-stream",
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

export type FaultKind = (typeof FAULT_KINDS)[number];

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
      return { "retry-after": String(365 * 24 * 3600) };
    default:
      return undefined;
  }
}
