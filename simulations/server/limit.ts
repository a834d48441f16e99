import type { Cost, Dimension } from "../../src/cost.js";
import type { Quota } from "../../src/signal/signal.js";

/**
 * The contract of a server's limit: a state machine that is told the time and rolls no dice, so that the HTTP server and
 * the simulations in virtual time are limited by the same code.
 */
export interface Limit {
  /** Decides on a request the moment it arrives, and charges it if it is let in. */
  admit(nowMs: number, arrival: Arrival): Admission;
  /**
   * An accepted request has ended: charges (or, where negative, gives back) what became known after admission, such as the
   * tokens really produced. Called once for each.
   */
  settle(nowMs: number, arrival: Arrival): void;
  /** Moves the limit. What isn't named stays. */
  change(nowMs: number, change: LimitChange): void;
  /** The rate, in units a second, at which this key would be let in from now on: what a clairvoyant would send. */
  allowed(nowMs: number, key: string): Allowance;
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
  readonly refused?: { readonly dimension: Dimension; readonly neverFits?: boolean };
  /** How long until the same request would be let in if nothing else came; absent where it never would. */
  readonly retryAfterMs?: number;
  /** The budgets after it, as headers would tell them. */
  readonly quotas: readonly Quota[];
}

/** A move of a limit. `null` lifts what was set. Units a second, 0 or more. */
export interface LimitChange {
  readonly requestsPerSecond?: number | null;
  readonly tokensPerSecond?: number | null;
  /** What the platform can carry for everybody together, where the limit has such a notion. */
  readonly capacityPerSecond?: number | null;
  /** How many requests of one key may be under way at once. */
  readonly inFlightMax?: number | null;
}

/** Units a second that may pass, by dimension; Infinity where nothing holds them back. */
export interface Allowance {
  readonly requests: number;
  readonly tokens: number;
}

/** What the models here count. */
export const COUNTED = ["requests", "tokens"] as const;
export type Counted = (typeof COUNTED)[number];

/** Units that a request costs in a dimension when it arrives. */
export function costIn(arrival: Arrival, dimension: Counted): number {
  return arrival.cost[dimension] ?? (dimension === "requests" ? 1 : 0);
}

/** A throttled admission for what was short. */
export function throttledBy(shortage: {
  readonly dimension: Counted;
  readonly waitMs: number;
  readonly neverFits: boolean;
}): Omit<Admission, "quotas"> {
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
