import type { Decision } from "../control/controller.js";
import type { Cost, Dimension } from "../cost.js";
import type { SluiceErrorCode } from "../errors.js";
import type { Outcome, Quota } from "../signal/signal.js";
import type { RequestTarget } from "./job.js";

/** What every event has. Plain data: it survives JSON. */
interface EventBase {
  /** Monotonic time, in milliseconds, of the sluice's own clock. */
  readonly atMs: number;
  /** Whose budget it is about. */
  readonly key: string;
}

/** What every event of one request has. */
interface RequestEventBase extends EventBase {
  /** Numbers the requests of one sluice from 1. */
  readonly request: number;
}

/** A request waits for its moment. Told at its call, in the caller's own asynchronous context. */
export interface QueuedEvent extends RequestEventBase {
  readonly type: "queued";
  /** Waiting for the same key, this one included. */
  readonly queued: number;
  /** Where it goes, where that is known: through `fetch`. */
  readonly target?: RequestTarget;
  /** Present where an SDK sends again by itself what it had sent: its own count of that, from 1. */
  readonly comeback?: number;
}

/** A try was sent. */
export interface SentEvent extends RequestEventBase {
  readonly type: "sent";
  /** 1 for the first. */
  readonly attempt: number;
  /** Time in the queue before this try, in milliseconds. */
  readonly waitMs: number;
  /** Tries in flight for the key, this one included. */
  readonly inFlight: number;
  /** What it is expected to spend, in units of each dimension. */
  readonly cost: Cost;
  /** What it asks for, where the provider documents limits of that: `chat`, `fine-tunes`. */
  readonly endpoint?: string;
  /** Whether it is the one probe into an outage. */
  readonly isProbe: boolean;
  /** What the key was allowed just then, in requests a second. */
  readonly ratePerSecond: number;
  /** True where somebody else sent it, and `observe` saw it: it was never queued, and kept no pace. */
  readonly isForeign?: boolean;
  /**
   * How long after its moment it went, where its rate had held it till then: timers are late, and more so where the process is
   * busy. Absent up to 10 ms.
   */
  readonly lateMs?: number;
}

/** A response's headers are there, or the transport has failed. Told again where a body says later that it failed after all. */
export interface ResponseEvent extends RequestEventBase {
  readonly type: "response";
  /** The try that it answers, from 1. */
  readonly attempt: number;
  /** Absent where there was no response. */
  readonly status?: number;
  /** What it says of the request. */
  readonly outcome: Outcome;
  /** From when the try was sent, in milliseconds. */
  readonly latencyMs: number;
  /** Whose words it was read in, where that is known: a provider's name. */
  readonly provider?: string;
  /** How long the server asks this request to wait, in milliseconds, where it does. */
  readonly retryAfterMs?: number;
  /** True where the wait was derived from a quota's reset, and not stated. */
  readonly retryAfterDerived?: boolean;
  /** What a refusal was for, where it says so. `neverFits`: the request is larger than the whole budget. */
  readonly refused?: { readonly dimension: Dimension; readonly scope?: string; readonly neverFits?: boolean };
  /** The budgets that the server advertised with it. */
  readonly quotas: readonly Quota[];
  /** Where there was no response, what to call the failure by: its code, or its class; `ERR_SLUICE_TIMEOUT` is our own. */
  readonly error?: string;
  /** True where the task failed for reasons of its own, which say nothing of the server. */
  readonly isOwn?: boolean;
  /** The dice that the control was handed for one that wasn't let in, one for each budget: with them it decides the same again. */
  readonly dice?: readonly number[];
}

/** A request goes back to the queue. */
export interface RetryEvent extends RequestEventBase {
  readonly type: "retry";
  /** The try that failed, from 1. */
  readonly attempt: number;
  /** What became of it. */
  readonly outcome: Outcome;
  /** Earliest moment of the next try, in milliseconds from now. */
  readonly delayMs: number;
}

/** A request has its last response, and its slot is back. */
export interface SettledEvent extends RequestEventBase {
  readonly type: "settled";
  /** How often it was really sent. */
  readonly attempts: number;
  /** What its last response says of it. */
  readonly outcome: Outcome;
  /** Since the call, in milliseconds. */
  readonly durationMs: number;
  /** What it really spent, where the response said so. */
  readonly actual?: Cost;
  /** Why we gave it up after its last response, where we did: what its caller was told of instead of that. */
  readonly code?: SluiceErrorCode;
}

/**
 * sluice itself ended a request, or its caller did (`aborted`), or it goes on as a request to another model (`fallback`). One that is
 * refused at its call was never queued.
 */
export interface DroppedEvent extends RequestEventBase {
  readonly type: "dropped";
  /** Why: as a {@link SluiceError} says it, or the caller's own doing. */
  readonly code: SluiceErrorCode | "aborted" | "fallback";
  /** How often it was really sent. */
  readonly attempts: number;
  /** Since the call, in milliseconds. */
  readonly durationMs: number;
  /** Where it was to go, where that is known. */
  readonly target?: RequestTarget;
}

/** The control has looked at a response. `hold` is told only when its reason changes. */
export interface DecisionEvent extends EventBase {
  readonly type: "decision";
  /** Which of the key's budgets. */
  readonly dimension: Dimension;
  /** Names a second budget of the same dimension. */
  readonly scope?: string;
  /** What the controller allows from now on, in units a second. */
  readonly ratePerSecond: number;
  /** What the server advertises, in units a second, where it does. */
  readonly limitPerSecond?: number;
  /** What moved, and why. */
  readonly decision: Decision;
}

/** Something that a person should think about; nothing is lost by ignoring it. */
export interface AdviceEvent extends EventBase {
  readonly type: "advice";
  /**
   * `cost-unknown`: the server limits tokens, and requests name no cost in them. `retry-budget`: retries of failures are held
   * back, or ended, by `retry.budgetRatio`. `backlog`: what waits will take longer than `queue.adviseAfterMs`. Each of these is
   * told once for a key. `fallback`: a request goes to the next model
   * of the option, since the one before is overloaded; told for each, with the key that it draws on now. `model-unknown`: a
   * request through `fetch` met a 404, and the server lists no such model; told once for each, with the nearest that it lists.
   */
  readonly code: "cost-unknown" | "retry-budget" | "backlog" | "fallback" | "model-unknown";
  /** The same in prose, with the numbers. It may get better words: compare the code. */
  readonly message: string;
}

/** Something went wrong that sluice could live with. */
export interface WarningEvent extends EventBase {
  readonly type: "warning";
  /**
   * `state-unreadable`: a budget of the state handed in made no sense, and begins anew. `reading-failed`: code of the
   * user's (a dialect, its `readBody`, or the option `facts`) threw while it read a response, which is read without it; told
   * once for a key. `stacked`: a request came through two gates, one within the other; the outer one governs it alone.
   * `caller-retries`: an SDK sends again by itself what it had sent, beside our own tries; told once for a key. `store`: the store
   * that is shared with other processes doesn't answer any more, can't be used, or is there again.
   */
  readonly code: "state-unreadable" | "reading-failed" | "stacked" | "caller-retries" | "store";
  /** The same in prose. It may get better words: compare the code. */
  readonly message: string;
}

/** All that happens in a sluice, as plain data. */
export type SluiceEvent =
  | QueuedEvent
  | SentEvent
  | ResponseEvent
  | RetryEvent
  | SettledEvent
  | DroppedEvent
  | DecisionEvent
  | AdviceEvent
  | WarningEvent;
