import type { Quota } from "../signal/signal.js";

/**
 * The contract between control, which says how fast, and its neighbours, which send. Instants and durations are in
 * milliseconds here, rates in units a second; inside the folder the parts think in seconds, and `budget.ts` converts.
 */

/** What control allows now. Pace obeys it and never learns why. */
export interface Plan {
  /** Units a second, above 0. */
  readonly ratePerSecond: number;
  /** Sends of mean cost that may go at once after a pause, 1 or more. */
  readonly burst: number;
  /** Credit for a burst is earned only since this instant (-Infinity: since ever). */
  readonly creditSinceMs: number;
  /** Tries that may be in flight, Infinity where nothing is known. */
  readonly inFlightMax: number;
  /** Nothing is sent before this instant; Infinity where only an answer can open the gate. */
  readonly notBeforeMs: number;
  /** Whether the next send is a probe into an outage. */
  readonly isProbe: boolean;
  /** Whether the server fails, as far as is known: everybody but a probe waits for the end of that. */
  readonly isDown: boolean;
  /** The plan may change with time alone: ask again by then. */
  readonly validUntilMs: number;
  /** Whether it stays the same at any later instant, as long as the state does: it need not be asked for again. */
  readonly isTimeless: boolean;
}

/** A step's reason: what moved, and why. */
export interface Decision {
  /** What became of the rate. */
  readonly move: "increase" | "decrease" | "hold";
  /** A stable kebab-case code, such as `fresh-429` or `stale-refusal`. */
  readonly because: string;
  /** The same in prose, with the numbers. */
  readonly detail?: string;
  /** Monotonic time, in milliseconds, of the sluice's own clock. */
  readonly atMs: number;
}

/**
 * What one response is to one budget.
 * - `accepted`: the server let the request in.
 * - `refused`: this budget refused it.
 * - `soft`: the server failed or lacked capacity (503, 529, a time-out, a lost connection).
 * - `saturated`: explicit evidence of a concurrency limit.
 * - `void`: another budget of the same request refused it, or it failed for a reason that says nothing of limits.
 * - `lost`: nothing was learnt (aborted or cancelled after it was sent, before an answer).
 */
export type Verdict = "accepted" | "refused" | "soft" | "saturated" | "void" | "lost";

/** How a budget stands, for people to look at. */
export interface BudgetView {
  readonly phase: "start" | "follow" | "probe" | "recover" | "pause";
  readonly limitPerSecond?: number;
  readonly remaining?: number;
  readonly resetInMs?: number;
}

/** One send, as a budget sees it. */
export interface SendEvent {
  readonly nowMs: number;
  /** Units that the server charges when it lets the request in. */
  readonly charged: number;
  /** Units that it will charge later, such as the output expected: reserved till then. */
  readonly expected: number;
  /** Tries in flight before this one. */
  readonly inFlightBefore: number;
  /** Whether it went ahead of the pace, on credit. */
  readonly isBurst: boolean;
  /** Whether this budget's rate was what the request had waited for. */
  readonly isBottleneck: boolean;
}

/** One verdict, as a budget sees it. */
export interface ResponseEvent<Stamp> {
  readonly nowMs: number;
  readonly stamp: Stamp;
  readonly verdict: Verdict;
  /** The quota of this budget that the response carried. */
  readonly quota?: Quota | undefined;
  /** A wait that the server stated (not one that we derived from a reset). */
  readonly statedRetryAfterMs?: number | undefined;
  /** A number in [0, 1): jitter is thrown by the caller. */
  readonly dice: number;
  /** Sends since the last decrease that nobody has told of yet, as good as can be estimated; default 0. */
  readonly untold?: number;
}

/** A state and the reason for it. */
export interface Step<State> {
  readonly state: State;
  readonly decision: Decision;
}
