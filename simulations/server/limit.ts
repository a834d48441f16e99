import type { Cost, Dimension } from "../../src/cost.js";
import type { Quota } from "../../src/signal/signal.js";

/**
 * The contract of a server's limit: a state machine that is told the time and rolls no dice, so that the HTTP server and
 * the simulations in virtual time are limited by the same code. The times it is told never go back.
 */
export interface Limit {
  /** Decides on a request the moment it arrives, and charges it if it is let in. */
  admit(nowMs: number, arrival: Arrival): Admission;
  /**
   * Milliseconds until the same request would be let in if nothing else came: 0 is now, Infinity means that something must
   * end or move first. It charges nothing. Exact while the limit stands still; where the limit follows use, which can
   * only fall while nothing comes, it is the wait at the rate of now.
   */
  waitMs(nowMs: number, arrival: Arrival): number;
  /**
   * An accepted request has ended: charges (or, where negative, gives back) what became known after admission, such as the
   * tokens really produced. Called once for each.
   */
  settle(nowMs: number, arrival: Arrival): void;
  /** Moves the limit. What isn't named stays. */
  change(nowMs: number, change: LimitChange): void;
  /** The rate, in units a second, at which this key would be let in from now on: what a clairvoyant would send. */
  allowed(nowMs: number, key: string): Allowance;
  /** This key's budgets as they stand, as headers would tell them. */
  quotas(nowMs: number, key: string): readonly Quota[];
}

/** A request, as a limit sees it. */
export interface Arrival {
  /** Whose budget it draws on: an organisation. */
  readonly key: string;
  /** `requests` counts 1 if absent. */
  readonly cost: Cost;
}

/** What became of a request. */
export interface Admission {
  readonly outcome: "accepted" | "throttled" | "overloaded" | "saturated";
  /** The budget that refused it. */
  readonly refused?: { readonly dimension: Dimension; readonly scope?: string; readonly neverFits?: boolean };
  /** How long until the same request would be let in if nothing else came; absent where it never would, or nobody can tell. */
  readonly retryAfterMs?: number;
  /** How long an accepted one waits in the server's own queue before it is served, in milliseconds. Default 0. */
  readonly queuedMs?: number;
  /** Whether a gateway gives it up at the end of that time. Default false. */
  readonly isTimedOut?: boolean;
}

/** A move of a limit. `null` lifts what was set. Units a second, 0 or more. */
export interface LimitChange {
  /** Whose limit, where organisations have limits of their own. Default: everybody's. */
  readonly organisation?: string;
  readonly requestsPerSecond?: number | null;
  readonly tokensPerSecond?: number | null;
  /** What the models that share a quota may have together of one organisation, in requests. */
  readonly sharedPerSecond?: number | null;
  /** What the platform can carry for everybody together, where the limit has such a notion. */
  readonly capacityPerSecond?: number | null;
  /** How many requests of one key may be under way at once. */
  readonly inFlightMax?: number | null;
}

/** What a {@link LimitChange} moves. */
export type Movable = Exclude<keyof LimitChange, "organisation">;

/** Units a second that may pass, by dimension; Infinity where nothing holds them back. */
export interface Allowance {
  readonly requests: number;
  readonly tokens: number;
}

/** What the models here count. */
export const COUNTED = ["requests", "tokens"] as const;
export type Counted = (typeof COUNTED)[number];

/** Rates that limits have in common. */
export interface Rates {
  /** Requests a second. Default: unlimited. */
  readonly requestsPerSecond?: number;
  /** Tokens a second. Default: unlimited. */
  readonly tokensPerSecond?: number;
}

/** Let in, with nothing more to say. */
export const ACCEPTED: Admission = Object.freeze({ outcome: "accepted" });

/** Units that a request costs in a dimension when it arrives. */
export function costIn(arrival: Arrival, dimension: Counted): number {
  return arrival.cost[dimension] ?? (dimension === "requests" ? 1 : 0);
}

/** The rates of a limit, by dimension, as they are moved. */
export function ratesOf({ requestsPerSecond, tokensPerSecond }: Rates): Record<Counted, number> {
  return {
    requests: requestsPerSecond ?? Number.POSITIVE_INFINITY,
    tokens: tokensPerSecond ?? Number.POSITIVE_INFINITY,
  };
}

/** A throttled admission for what was short. */
export function throttledBy(shortage: {
  readonly dimension: Counted;
  readonly waitMs: number;
  readonly neverFits: boolean;
}): Admission {
  const { dimension, waitMs, neverFits } = shortage;
  return { outcome: "throttled", refused: neverFits ? { dimension, neverFits } : { dimension }, ...retryAfter(waitMs) };
}

/** The field for a wait; none where waiting doesn't help. */
export function retryAfter(waitMs: number): { readonly retryAfterMs?: number } {
  return waitMs === Number.POSITIVE_INFINITY ? {} : { retryAfterMs: waitMs };
}

/** A rate after a move: absent leaves it, null lifts it. */
export function movedRate(rate: number, move: number | null | undefined): number {
  return move === undefined ? rate : (move ?? Number.POSITIVE_INFINITY);
}

/** Applies a move to the rates of a limit. */
export function moveRates(rates: Record<Counted, number>, change: LimitChange): void {
  rates.requests = movedRate(rates.requests, change.requestsPerSecond);
  rates.tokens = movedRate(rates.tokens, change.tokensPerSecond);
}
