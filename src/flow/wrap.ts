import { from, Observable, type ObservableInput, type Subscriber, type Subscription } from "rxjs";
import type { Cost } from "../cost.js";
import { isSluiceError } from "../errors.js";
import type { RequestOptions } from "../options.js";
import { factsOf } from "../signal/facts.js";
import type { ResponseFacts } from "../signal/signal.js";
import { isTransportFailure } from "../signal/transport.js";
import { usageOf } from "../signal/usage.js";
import type { Attempt, Job, Submitter, Ticket, Try, Verdict } from "./job.js";
import { NO_COST, type Terms, termsOf } from "./terms.js";

/** Makes one try of a request. */
export type Project<T> = (attempt: Attempt) => ObservableInput<T>;

/** What a governed observable needs of the house. */
export interface WrapParts {
  readonly submitter: Submitter;
  readonly usual: Terms;
  /** Whether `queue.sizeMax` holds for it. */
  readonly isQueueBounded: boolean;
}

/**
 * One request as an observable: subscribed to at its moment, and again for each further try. Its first value or error
 * with a status is the response; without one the first value means accepted. The slot is held to the end.
 */
export function wrap<T>(project: Project<T>, options: RequestOptions, parts: WrapParts): Observable<T> {
  return new Observable<T>((subscriber) => {
    const job = new ObservableJob(project, options, parts, subscriber);
    job.ticket = parts.submitter.submit(job);
    return () => job.unsubscribe();
  });
}

class ObservableJob<T> implements Job {
  readonly key: string;
  readonly cost: Cost;
  readonly priority: number;
  readonly tenant: string | undefined;
  readonly deadlineMs: number;
  readonly waitMaxMs: number;
  readonly attemptTimeoutMs: number;
  readonly abort: AbortSignal | undefined;
  readonly host = undefined;
  readonly isQueueBounded: boolean;
  readonly project: Project<T>;
  readonly factsOf: (resultOrError: unknown) => ResponseFacts | undefined;
  readonly subscriber: Subscriber<T>;
  ticket: Ticket | undefined;
  /** Whether a value was handed on: from then on it isn't subscribed to again. */
  hasEmitted = false;
  #isEnded = false;

  constructor(project: Project<T>, options: RequestOptions, parts: WrapParts, subscriber: Subscriber<T>) {
    const terms = termsOf(options, parts.usual, undefined);
    this.key = options.key ?? "default";
    this.cost = options.cost ?? NO_COST;
    this.priority = options.priority ?? 0;
    this.tenant = terms.tenant;
    this.deadlineMs = terms.deadlineMs;
    this.waitMaxMs = terms.waitMaxMs;
    this.attemptTimeoutMs = terms.attemptTimeoutMs;
    this.abort = terms.abort;
    this.isQueueBounded = parts.isQueueBounded;
    this.project = project;
    this.factsOf = terms.facts ?? factsOf;
    this.subscriber = subscriber;
  }

  get canRepeat(): boolean {
    return !this.hasEmitted;
  }

  start(attempt: Try): void {
    new ObservableTry(this, attempt).subscribe();
  }

  refuse(error: unknown): void {
    this.error(error);
  }

  complete(): void {
    this.#isEnded = true;
    this.subscriber.complete();
  }

  error(error: unknown): void {
    this.#isEnded = true;
    this.subscriber.error(error);
  }

  /** Before its moment this costs nothing; afterwards the slot returns. */
  unsubscribe(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.ticket?.cancel(new DOMException("unsubscribed", "AbortError"));
  }
}

/** One subscription to the request. */
class ObservableTry<T> {
  readonly #job: ObservableJob<T>;
  readonly #attempt: Try;
  #subscription: Subscription | undefined;
  #isAnswered = false;
  #isOver = false;
  #actual: Cost | undefined;

  constructor(job: ObservableJob<T>, attempt: Try) {
    this.#job = job;
    this.#attempt = attempt;
  }

  subscribe(): void {
    this.#attempt.onAbort = (reason) => this.#onError(reason);
    let request$: Observable<T>;
    try {
      request$ = from(this.#job.project(this.#attempt));
    } catch (error) {
      this.#onError(error);
      return;
    }
    const subscription = request$.subscribe({
      next: (value) => this.#onValue(value),
      error: (error: unknown) => this.#onError(error),
      complete: () => this.#onComplete(),
    });
    this.#subscription = subscription;
    if (this.#isOver) subscription.unsubscribe(); // it ended while it was being subscribed to
  }

  #onValue(value: T): void {
    if (this.#isOver) return;
    if (!this.#isAnswered) {
      const facts = this.#read(value);
      if (this.#isOver) return;
      const verdict = this.#attempt.respond(facts);
      this.#isAnswered = true;
      if (verdict.next === "retry") return this.#end();
      if (verdict.error !== undefined) return this.#endWith(() => this.#job.error(withCause(verdict, value)));
    }
    this.#actual = usageOf(value) ?? this.#actual;
    this.#job.hasEmitted = true;
    this.#job.subscriber.next(value);
  }

  #onError(error: unknown): void {
    if (this.#isOver) return;
    if (this.#isAnswered) {
      const facts = this.#tryRead(error);
      if (facts !== undefined) this.#attempt.correct(facts);
      return this.#endWith(() => this.#job.error(error));
    }
    this.#isAnswered = true;
    const verdict = this.#verdictOn(error);
    if (verdict.next === "retry") return this.#end();
    this.#endWith(() => this.#job.error(withCause(verdict, error)));
  }

  #onComplete(): void {
    if (this.#isOver) return;
    if (!this.#isAnswered) this.#attempt.respond(undefined);
    this.#endWith(() => this.#job.complete());
  }

  #verdictOn(error: unknown): Verdict {
    const facts = this.#tryRead(error);
    if (facts !== undefined) return this.#attempt.respond(facts);
    const isTimeout = isSluiceError(error) && error.code === "ERR_SLUICE_TIMEOUT";
    return this.#attempt.fail(error, { isOwn: !isTimeout && !isTransportFailure(error) });
  }

  #read(value: T): ResponseFacts | undefined {
    try {
      return this.#job.factsOf(value);
    } catch (error) {
      this.#onError(error);
      return undefined;
    }
  }

  #tryRead(error: unknown): ResponseFacts | undefined {
    try {
      return this.#job.factsOf(error);
    } catch {
      return undefined; // the user's own reader failed on an error: the error is the better news of the two
    }
  }

  /** The slot goes back before the subscriber hears of the end, so that what it does next finds it free. */
  #endWith(tell: () => void): void {
    this.#end();
    tell();
  }

  #end(): void {
    this.#isOver = true;
    this.#subscription?.unsubscribe();
    this.#attempt.finish(this.#actual);
  }
}

/** The error that ends a request: our own where we gave up, with the last failure as its cause. */
function withCause(verdict: Verdict & { next: "deliver" }, last: unknown): unknown {
  const { error } = verdict;
  if (error === undefined) return last;
  if (error.cause === undefined && error !== last) {
    Object.defineProperty(error, "cause", { value: last, configurable: true, writable: true });
  }
  return error;
}
