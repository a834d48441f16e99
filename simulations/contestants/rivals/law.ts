import type { ResponseFacts } from "../../../src/signal/signal.js";
import type { ClientContext } from "../../world/contestant.js";

/** How one published controller decides, for one model. Times are milliseconds. */
export interface Law<Stamp = unknown> {
  /** Milliseconds until the next try may go: 0 for now, Infinity for when something has ended. */
  waitMs(nowMs: number, inFlight: number): number;
  /** A try goes now; `inFlight` counts it. What this returns comes back with its answer. */
  onSend(nowMs: number, inFlight: number): Stamp;
  /** A try has ended. */
  onAnswer(answer: LawAnswer<Stamp>): void;
  /** Who has waited for so long is sent whatever `waitMs` says. Default: nobody is. */
  readonly patienceMs?: number;
  /** The rate that it allows itself, if it has such a notion. */
  ratePerSecond?(): number | undefined;
}

/** The end of one try. */
export interface LawAnswer<Stamp = unknown> {
  readonly nowMs: number;
  readonly sentAtMs: number;
  /** Those still under way, this one not counted. */
  readonly inFlight: number;
  readonly stamp: Stamp;
  /** 0 where the connection was lost. */
  readonly status: number;
  /** What came, where anything did. */
  readonly facts: ResponseFacts | undefined;
  /** The wait that the answer asks for in `Retry-After`. */
  readonly retryAfterMs: number | undefined;
}

/** Makes the law of one model's requests. */
export type MakeLaw = (context: ClientContext, model: string) => Law;

/** When a try that failed is made again. */
export interface Retrying {
  /** Tries of one request, the first included. Default: no end. */
  readonly attemptsMax?: number;
  /** Milliseconds before the next try, which then waits for the law like any other. */
  delayMs(failed: FailedTry, context: ClientContext): number;
}

/** A try that is to be made again. */
export interface FailedTry {
  /** 1 for the first of its request. */
  readonly attempt: number;
  /** 0 where the connection was lost. */
  readonly status: number;
  readonly retryAfterMs: number | undefined;
}

const INITIAL_MS = 500;
const MAX_MS = 20_000;

/**
 * What most loops around these laws do: full jitter over 0.5, 1, 2 … 20 s (AWS architecture blog, 2015), or Retry-After
 * where that is longer, without end.
 */
export const FULL_JITTER: Retrying = {
  delayMs: ({ attempt, retryAfterMs = 0 }, { random }) =>
    Math.max(retryAfterMs, random() * Math.min(MAX_MS, INITIAL_MS * (1 << Math.min(attempt - 1, 10)))),
};
