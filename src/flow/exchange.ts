import type { ResponseFacts, Signal } from "../signal/signal.js";
import type { Verdict } from "./job.js";
import type { LiveTry } from "./try.js";

/** One response on its way round the loop: each station adds what it knows. */
export interface Exchange {
  readonly live: LiveTry;
  /** Absent where there was no response, or none to be read. */
  readonly facts: ResponseFacts | undefined;
  /** Why there was no response. */
  readonly error: unknown;
  /** The task failed for reasons of its own. */
  readonly isOwn: boolean;
  /** The try was let in, and its body says otherwise. */
  readonly isCorrection: boolean;
  /** When it was heard. */
  readonly nowMs: number;
  signal: Signal;
  /** Whether it may let others go sooner or later than they were told. */
  hasMoved: boolean;
  verdict: Verdict;
  /** Dice that are thrown already, one for each budget; where they are missing, they are thrown when they are needed. */
  dice: readonly number[] | undefined;
}

/** The signal of a request that nothing was heard of. */
export const NOTHING_HEARD: Signal = { outcome: "failed", quotas: [] };
/** The signal of a result that has no response to read. */
export const JUST_ACCEPTED: Signal = { outcome: "accepted", quotas: [] };

/** A response that has just come in. */
export function newExchange(
  live: LiveTry,
  nowMs: number,
  facts: ResponseFacts | undefined,
  error: unknown,
  isOwn: boolean,
): Exchange {
  return {
    live,
    facts,
    error,
    isOwn,
    isCorrection: live.verdict?.signal.outcome === "accepted",
    nowMs,
    signal: NOTHING_HEARD,
    hasMoved: true,
    verdict: UNDECIDED,
    dice: undefined,
  };
}

const UNDECIDED: Verdict = { next: "deliver", signal: NOTHING_HEARD };
