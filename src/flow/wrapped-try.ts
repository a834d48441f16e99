import type { ObservableInput, Subscription } from "rxjs";
import type { Cost } from "../cost.js";
import type { ResponseFacts } from "../signal/signal.js";
import { isTransportFailure } from "../signal/transport.js";
import { usageOf } from "../signal/usage.js";
import { discard } from "./discard.js";
import { factsInError, factsInResult } from "./facts.js";
import type { Try, TryHolder, Verdict } from "./job.js";
import { throwLater } from "./later.js";
import { type Stopper, subscribeStoppably } from "./stoppable.js";
import type { WrappedRequest } from "./wrapped-request.js";

/** One subscription to a request's observable. */
export class WrappedTry<T> implements TryHolder, Stopper<T> {
  readonly #request: WrappedRequest<T>;
  readonly #attempt: Try;
  #subscription: Subscription | undefined = undefined;
  #isAnswered = false;
  #actual: Cost | undefined = undefined;

  constructor(request: WrappedRequest<T>, attempt: Try) {
    this.#request = request;
    this.#attempt = attempt;
  }

  subscribe(): void {
    this.#attempt.holder = this;
    subscribeStoppably(this);
  }

  source(): ObservableInput<T> {
    return this.#request.project(this.#attempt);
  }

  onSubscribe(subscription: Subscription): void {
    this.#subscription = subscription;
  }

  /** Hears no more. The slot is still taken. */
  stop(): void {
    try {
      this.#subscription?.unsubscribe();
    } catch (error) {
      throwLater(error); // a teardown of the user's
    }
  }

  next(value: T): void {
    if (!this.#isAnswered && !this.#isToBeDelivered(value)) return;
    if (this.#attempt.wantsActual) this.#actual = usageOf(value) ?? this.#actual;
    this.#request.next(value);
  }

  /** Reads the first value, and ends the try where it isn't the last word or isn't good news. */
  #isToBeDelivered(value: T): boolean {
    this.#isAnswered = true;
    let facts: ResponseFacts | undefined;
    try {
      facts = factsInResult(this.#request.reader, value);
    } catch (error) {
      this.#attempt.fail(error, { isOwn: true }); // the user's own reader failed
      this.#endWith(error);
      return false;
    }
    const verdict = this.#attempt.respond(facts);
    if (verdict.next === "retry") {
      this.#end();
      discard(value);
      return false;
    }
    const own = verdict.error;
    if (own !== undefined) this.#endWith(withCause(own, value));
    return own === undefined;
  }

  error(error: unknown): void {
    const verdict = this.#isAnswered ? this.#correct(error) : this.#verdictOn(error);
    if (verdict?.next === "retry") return this.#end();
    const own = verdict?.error;
    this.#endWith(own === undefined ? error : withCause(own, error));
  }

  complete(): void {
    if (!this.#isAnswered) this.#attempt.respond(undefined);
    this.#end();
    this.#request.complete();
  }

  /** The caller's abort, a time-out, a hard close: not the source's own words, whatever the reason looks like. */
  onTryAbort(reason: unknown): void {
    const verdict = this.#isAnswered ? undefined : this.#attempt.fail(reason);
    this.#isAnswered = true;
    if (verdict?.next === "retry") return this.#end();
    const own = verdict?.error;
    this.#endWith(own === undefined ? reason : withCause(own, reason));
  }

  #verdictOn(error: unknown): Verdict {
    this.#isAnswered = true;
    const facts = this.#read(error);
    if (facts !== undefined) return this.#attempt.respond(facts);
    return this.#attempt.fail(error, { isOwn: !isTransportFailure(error) });
  }

  /** What had begun well has failed: the rates learn it, and the error is handed on as it is. */
  #correct(error: unknown): undefined {
    const facts = this.#read(error);
    if (facts !== undefined) this.#attempt.correct(facts);
  }

  #read(error: unknown): ResponseFacts | undefined {
    return factsInError(this.#request.reader, error, this.#attempt);
  }

  /** The slot goes back before the observer hears of the end, so that what it does next finds it free. */
  #endWith(error: unknown): void {
    this.#end();
    this.#request.error(error);
  }

  #end(): void {
    this.stop();
    if (this.#request.current === this) this.#request.current = undefined;
    this.#attempt.finish(this.#actual);
  }
}

/** Our own error, with the last failure as its cause: the loop hasn't seen it. */
function withCause(error: object & { readonly cause?: unknown }, last: unknown): unknown {
  if (error.cause === undefined && error !== last) {
    Object.defineProperty(error, "cause", { value: last, configurable: true, writable: true });
  }
  return error;
}
