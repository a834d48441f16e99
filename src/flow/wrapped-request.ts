import type { Observer, Unsubscribable } from "rxjs";
import { type AbortListener, listen, unlisten } from "../abort.js";
import type { Cost } from "../cost.js";
import type { RequestOptions } from "../options.js";
import type { Job, Ticket, Try } from "./job.js";
import { throwLater } from "./later.js";
import { NO_COST, type Terms, termsOf } from "./terms.js";
import type { Project, WrapParts } from "./wrap.js";
import { WrappedTry } from "./wrapped-try.js";

const UNSUBSCRIBED = new DOMException("The request was unsubscribed from", "AbortError");

/**
 * An observable as a request: it waits, is subscribed to for each try, and tells one observer what came of it. An observer
 * that throws doesn't disturb the loop.
 */
export class WrappedRequest<T> implements Job, AbortListener, Unsubscribable {
  readonly key: string;
  readonly cost: Cost;
  readonly priority: number;
  readonly isQueueBounded: boolean;
  readonly project: Project<T>;
  /** The try in flight. */
  current: WrappedTry<T> | undefined = undefined;
  readonly #terms: Terms;
  readonly #parts: WrapParts;
  readonly #observer: Observer<T>;
  #ticket: Ticket | undefined = undefined;
  #hasEmitted = false;
  #isOver = false;
  #isSilent = false;

  constructor(project: Project<T>, options: RequestOptions, parts: WrapParts, observer: Observer<T>) {
    this.key = options.key ?? "default";
    this.cost = options.cost ?? NO_COST;
    this.priority = options.priority ?? 0;
    this.isQueueBounded = parts.isQueueBounded;
    this.project = project;
    this.#terms = termsOf(options, parts.usual, undefined);
    this.#parts = parts;
    this.#observer = observer;
  }

  get tenant(): string | undefined {
    return this.#terms.tenant;
  }

  get deadlineMs(): number {
    return this.#terms.deadlineMs;
  }

  get waitMaxMs(): number {
    return this.#terms.waitMaxMs;
  }

  get attemptTimeoutMs(): number {
    return this.#terms.attemptTimeoutMs;
  }

  get abort(): AbortSignal | undefined {
    return this.#terms.abort;
  }

  get host(): undefined {
    return undefined;
  }

  /** Where its status and headers are, if the user says so. */
  get reader(): Terms["facts"] {
    return this.#terms.facts;
  }

  /** Once a value was handed on it isn't subscribed to again. */
  get canRepeat(): boolean {
    return !this.#hasEmitted;
  }

  /** Whether it takes a slot now. */
  get isInFlight(): boolean {
    return this.current !== undefined;
  }

  submit(): void {
    this.#ticket = this.#parts.submitter.submit(this);
    // It may have been given up meanwhile.
    if (this.#isSilent) this.#ticket?.cancel(UNSUBSCRIBED);
    else if (this.abort?.aborted === true) this.handleEvent();
  }

  /** From now on it tells nothing, and isn't subscribed to any more. It keeps its place or slot until it is cancelled. */
  silence(): void {
    this.#isSilent = true;
    this.current?.stop();
  }

  /** Nobody wants it any more. Before its moment this costs nothing; afterwards the slot returns. */
  unsubscribe(): void {
    if (this.#isOver) return;
    this.silence();
    this.#letGoOfSignal();
    this.#ticket?.cancel(UNSUBSCRIBED);
  }

  /** The caller's signal has fired while values come. */
  handleEvent(): void {
    if (!this.#isOver) this.#ticket?.cancel(this.abort?.reason);
  }

  start(attempt: Try): void {
    if (this.#isSilent) return attempt.finish();
    this.current = new WrappedTry(this, attempt);
    this.current.subscribe();
  }

  refuse(error: unknown): void {
    this.error(error);
  }

  next(value: T): void {
    if (!this.#hasEmitted) {
      this.#hasEmitted = true;
      // The loop listens until the response is known; here the request goes on, to the end of its values.
      if (this.abort !== undefined) listen(this.abort, this);
    }
    if (!this.#isSilent) this.#observer.next(value);
  }

  complete(): void {
    if (!this.#endsHeard()) return;
    try {
      this.#observer.complete();
    } catch (thrown) {
      throwLater(thrown); // an observer's teardown
    }
  }

  error(error: unknown): void {
    if (!this.#endsHeard()) return;
    try {
      this.#observer.error(error);
    } catch (thrown) {
      throwLater(thrown); // an observer's teardown
    }
  }

  /** Ends it, and returns whether somebody is to be told. */
  #endsHeard(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#letGoOfSignal();
    return !this.#isSilent;
  }

  #letGoOfSignal(): void {
    if (this.#hasEmitted && this.abort !== undefined) unlisten(this.abort, this);
  }
}
