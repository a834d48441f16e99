import type { Cost } from "../cost.js";
import type { EndpointRow } from "../dialect/dialect.js";
import type { SluiceError } from "../errors.js";
import type { ResponseFacts, Signal } from "../signal/signal.js";
import type { AdviceEvent, WarningEvent } from "./event.js";

/**
 * The line between the loop and the edges. An edge (fetch, schedule, wrap …) makes a {@link Job}; the loop calls
 * `start` once for each try, at its moment; the edge sends, reports what came back, and is told what to do with it.
 */

/** What is known of one try, by whoever sends it. */
export interface Attempt {
  /** 1 for the first. */
  readonly number: number;
  /** Aborts when the caller does, when the time of the try or of its request is up, or on `close({ abort: true })`. Made on first read. */
  readonly signal: AbortSignal;
  /** Whose budget it draws on. */
  readonly key: string;
}

/** What becomes of a try, once its response is known. */
export type Verdict =
  | { readonly next: "retry"; readonly signal: Signal }
  | {
      readonly next: "deliver";
      readonly signal: Signal;
      /** Present where we gave up for a reason of our own, with the response as the last word. */
      readonly error?: SluiceError;
    };

/** Who has a try in hand. An object and no function: a closure for each try made a task of `schedule` a twentieth dearer. */
export interface TryHolder {
  onTryAbort(reason: unknown): void;
}

/** One try in the hands of an edge. `respond` or `fail` once, then `finish` once; more calls do nothing. */
export interface Try extends Attempt {
  /**
   * Set by an edge that must know at once that the try is over for its caller (abort, time-out, `close({ abort: true })`),
   * without paying for an AbortSignal. Told once at most, before `signal` aborts. It calls `fail(reason)` and `finish()`.
   */
  holder: TryHolder | undefined;
  /**
   * The response is known (at its headers), or there is a result that has none: `undefined` counts as accepted and
   * teaches no quota. On `retry` the job is already back in the queue: let go of the response.
   */
  respond(facts: ResponseFacts | undefined): Verdict;
  /**
   * There is no response: the transport failed, or timed out (the try's own signal tells which). `isOwn`: the task failed
   * for reasons of its own, which say nothing of the server; it is never tried again.
   */
  fail(error: unknown, options?: { readonly isOwn?: boolean }): Verdict;
  /** Something in the body of an accepted response says that it failed after all (an error event in a stream). Teaches; never retries. */
  correct(facts: ResponseFacts): void;
  /**
   * What it began at the server goes on after its answer, as a job does: its place in the number in flight is kept beyond
   * `finish`, until the function that this returns is called. `close` doesn't wait for it.
   */
  outlast(): () => void;
  /** The user's own reader of responses threw this at an error, which was then read without it. */
  warn(error: unknown): void;
  /** Whether anybody asks what it really spent: no budget does that counts requests alone, and to find it out takes time. */
  readonly wantsActual: boolean;
  /** The body has ended, was cancelled, or idled out: the slot goes back, and the estimate is settled by what was really spent. */
  finish(actual?: Cost): void;
}

/** Where a request goes, as far as its edge knows. Plain data, with nothing of its path or query, where a secret may stand. */
export interface RequestTarget {
  /** `http` or `https`. */
  readonly scheme: string;
  /** Name or address, without the port. */
  readonly host: string;
  /** Absent where the scheme has none. */
  readonly port?: number;
  /** The HTTP method, in capitals. */
  readonly method: string;
  /** The model that is asked for, where the address or the body names one. */
  readonly model?: string;
  /** What is asked of it, where the path tells. */
  readonly operation?: Operation;
}

/** What AI APIs are asked for, in the words of OpenTelemetry's `gen_ai.operation.name`. */
export type Operation = "chat" | "text_completion" | "embeddings" | "generate_content";

/** What is documented of where a request goes, and on whose account it goes there. */
export interface Place {
  readonly endpoint: EndpointRow;
  /** Origin and credential, as the keys of `fetch` begin. Absent where the key is the user's own. */
  readonly account: string | undefined;
}

/** Where a request stood in its queue, and since when: for the one that takes its place. */
export interface QueuePlace {
  readonly sequence: number;
  readonly virtualStart: number;
  readonly startedAtMs: number;
  /** Tries that were sent, probes into an outage left out. */
  readonly attempts: number;
}

/** What an SDK sends again by itself, after it gave up waiting or lost a connection. */
export interface Comeback {
  /** The SDK's own count of it, 1 for the first time. */
  readonly count: number;
  /** Where the same request stood before, where that is known. */
  readonly place?: QueuePlace | undefined;
}

/** What a job that has another way is refused with where its own is closed by an outage. */
export const DIVERTED = Symbol("diverted");

/** A request that waits to be sent, once or several times. */
export interface Job {
  readonly key: string;
  /** Estimated spend; `requests` is 1 if absent. */
  readonly cost: Cost;
  readonly priority: number;
  readonly tenant: string | undefined;
  /** Milliseconds since the call, waits and tries included; Infinity for none. */
  readonly deadlineMs: number;
  /** Longest wait in the queue, Infinity for none. */
  readonly waitMaxMs: number;
  /** For one try. */
  readonly attemptTimeoutMs: number;
  readonly abort: AbortSignal | undefined;
  /** Host that will answer, where the edge knows it: finds the provider. */
  readonly host: string | undefined;
  /** Where that is at a provider who documents something of it. */
  readonly place?: Place | undefined;
  /** Where it goes, where the edge knows more than that. Asked for only while somebody listens to the events. */
  readonly target?: RequestTarget | undefined;
  /** Whether `queue.sizeMax` holds for it; not where an operator queues a whole stream. */
  readonly isQueueBounded: boolean;
  /** False where the body can't be sent twice. Read when a retry is considered. */
  readonly canRepeat: boolean;
  /** Present where an SDK sends again what it had sent. Read once, when it is submitted. */
  readonly comeback?: Comeback | undefined;
  /**
   * Whether there is another way where the server is overloaded: then it isn't tried again here, and where the key is in an
   * outage it is refused with {@link DIVERTED}, rather than wait for the end of that.
   */
  readonly hasFallback?: boolean;
  /** Called once a try, at its moment. Must not throw. */
  start(attempt: Try): void;
  /**
   * The loop ended the job without (another) response: queue full, deadline, wait, closed, exhausted, or the caller's own
   * abort reason. Called at most once, never together with a delivered verdict, and never while a try is in flight.
   */
  refuse(error: unknown): void;
}

/** A submitted job, for an edge that may lose interest in it. */
export interface Ticket {
  /** Where it stands, or stood until it was over. */
  readonly queuePlace: QueuePlace;
  /** Takes the job out of the queue (`refuse(reason)` is called), or ends the try in flight as an abort does. */
  cancel(reason: unknown): void;
}

/** What an edge sees of the loop. */
export interface Submitter {
  /** Queues a job. May call `start` or `refuse` before it returns; no ticket where it refused at once. */
  submit(job: Job): Ticket | undefined;
  /**
   * Takes note of a stranger's request, sent just now by somebody else on the same budgets: calls `start` before it
   * returns, refuses nothing and repeats nothing. Its answer teaches what the server says of its limits. It moves no rate,
   * since it was sent at none of ours. Returns false, and does nothing, where the sluice is closed.
   */
  note(job: Job): boolean;
  /** Tells whoever listens of something that the sluice can live with; once for each code. */
  warn(warning: Pick<WarningEvent, "code" | "key" | "message">): void;
  /** Whether anybody listens. */
  readonly isHeard: boolean;
  /** Tells something that a person should think about, where anybody listens. */
  advise(advice: Pick<AdviceEvent, "code" | "key" | "message">): void;
}
