import type { Dimension } from "../cost.js";

/**
 * What a response says of a request.
 *
 * - `accepted`: it was let in (a success, whatever comes of it later).
 * - `throttled`: too fast; wait.
 * - `overloaded`: the server lacks capacity; not the sender's doing.
 * - `exhausted`: waiting is futile (billing, a spent day).
 * - `saturated`: too many at once; one that ends makes room.
 * - `failed`: anything else.
 */
export type Outcome = "accepted" | "throttled" | "overloaded" | "exhausted" | "saturated" | "failed";

/** One advertised budget. Every number is finite and not negative; what the response doesn't say is absent. */
export interface Quota {
  /** What it counts. */
  readonly dimension: Dimension;
  /** Names a second budget of the same dimension, such as `project` or `dynamic`. */
  readonly scope?: string;
  /** Units allowed in each window. */
  readonly limit?: number;
  /** Units left, as the server saw it when it answered. May exceed `limit` where the server counts over a longer span. */
  readonly remaining?: number;
  /** Milliseconds from the receipt until the budget is whole again, or until its window ends: the trait `kind` tells which. */
  readonly resetInMs?: number;
  /** Length of the window that `limit` counts, in milliseconds. */
  readonly windowMs?: number;
  /** Whether `windowMs` was inferred from the other numbers, rather than stated. */
  readonly windowInferred?: boolean;
}

/** What a response told us, in one shape for every provider. */
export interface Signal {
  /** What it says of the request. */
  readonly outcome: Outcome;
  /** How long the server asks this request to wait, in milliseconds; absent where it asks for nothing that makes sense. */
  readonly retryAfterMs?: number;
  /** True where `retryAfterMs` was derived from a quota's reset, and not stated as a wait. */
  readonly retryAfterDerived?: boolean;
  /** What a refusal was for, where it says so. `neverFits`: this request is larger than the whole budget. */
  readonly refused?: { readonly dimension: Dimension; readonly scope?: string; readonly neverFits?: boolean };
  /** The budgets that the server advertised with it; none where it advertised none. */
  readonly quotas: readonly Quota[];
}

/** What there is to read of a response. */
export interface ResponseFacts {
  /** The HTTP status. */
  readonly status: number;
  /** In any shape that HTTP clients have them in; names in any case. */
  readonly headers:
    | Headers
    | Readonly<Record<string, string | readonly string[] | undefined>>
    | readonly (readonly [string, string])[];
  /** Text, parsed JSON, or the server-sent events so far. */
  readonly body?: unknown;
  /** Wall time of the receipt, in milliseconds since 1970. Without it the `Date` header stands in. */
  readonly receivedAtMs?: number;
  /** Host that answered, to find the provider by. */
  readonly host?: string;
}

/** What is known of a provider's limits that its responses don't say. All optional: an unknown server has none. */
export interface LimitTraits {
  /** How the budget comes back: bit by bit, at the end of a fixed window, or as the oldest request leaves a sliding one. */
  readonly kind?: "refill" | "window" | "sliding";
  /** Window that `limit` counts, in milliseconds, where the provider documents it. */
  readonly windowMs?: number;
  /** Capacity of the bucket, as a multiple of `limit`. Default 1. */
  readonly depth?: number;
  /** Whether the limit is enforced by the second, whatever window it is stated in: no bursts, no start credit. */
  readonly isPerSecond?: boolean;
  /** Whether refused requests are counted too. */
  readonly countsRefused?: boolean;
  /** Whether the limit follows the sender's own recent use. */
  readonly followsUsage?: boolean;
  /** Whether tokens are charged at admission by the server's own estimate of the whole request. */
  readonly chargesEstimate?: boolean;
}
