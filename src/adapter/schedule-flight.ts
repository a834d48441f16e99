import type { Cost } from "../cost.js";
import { isSluiceError, type SluiceError } from "../errors.js";
import { discard } from "../flow/discard.js";
import { factsInError, factsInResult } from "../flow/facts.js";
import type { Try, TryHolder, Verdict } from "../flow/job.js";
import type { RequestOptions } from "../options.js";
import type { ResponseFacts } from "../signal/signal.js";
import { isTransportFailure } from "../signal/transport.js";
import { usageOf } from "../signal/usage.js";
import type { Surroundings, Witness } from "./context.js";
import type { ScheduleJob } from "./schedule.js";

/** One try of a task. It also is what a governed `fetch` inside the task finds around it, and reports to. */
export class ScheduleFlight implements Witness, Surroundings, TryHolder {
  seen: ResponseFacts | undefined = undefined;
  spent: Cost | undefined = undefined;
  failed: ResponseFacts | undefined = undefined;
  readonly #job: ScheduleJob;
  readonly #attempt: Try;
  #isOver = false;

  constructor(job: ScheduleJob, attempt: Try) {
    this.#job = job;
    this.#attempt = attempt;
  }

  get options(): RequestOptions | undefined {
    return this.#job.terms.ambient;
  }

  get witness(): Witness {
    return this;
  }

  takeOff(): void {
    // The task may not listen to its signal, so we don't wait for it.
    this.#attempt.holder = this;
    const { edge, task, within } = this.#job;
    let result: PromiseLike<unknown>;
    try {
      result = within(() => edge.ambient.runTask(this, task, this.#attempt));
    } catch (error) {
      // It threw before its first await: that mustn't reach the loop, nor end the try before the loop has its hands free.
      queueMicrotask(() => this.#onError(error));
      return;
    }
    Promise.resolve(result).then(
      (value) => this.#onValue(value),
      (error: unknown) => this.#onError(error),
    );
  }

  #onValue(value: unknown): void {
    if (!this.#land()) return;
    let facts: ResponseFacts | undefined;
    try {
      facts = factsInResult(this.#job.terms.facts, value);
    } catch (error) {
      this.#reject(this.#attempt.fail(error, { isOwn: true }), error);
      this.#finish(this.spent);
      return;
    }
    if (facts === undefined) this.#job.isAnswered = true;
    const verdict = this.#attempt.respond(facts ?? this.seen);
    if (verdict.next === "deliver" && verdict.error === undefined) this.#job.resolve(value);
    else this.#reject(verdict, value);
    this.#finish(this.spent ?? (this.#attempt.wantsActual ? usageOf(value) : undefined));
  }

  #onError(error: unknown): void {
    if (!this.#land()) return;
    this.#reject(this.#verdictOn(error), error);
    this.#finish(this.spent);
  }

  onTryAbort(reason: unknown): void {
    if (!this.#land()) return;
    this.#reject(this.#attempt.fail(reason), reason);
    this.#finish(this.spent);
  }

  #verdictOn(error: unknown): Verdict {
    const facts = factsInError(this.#job.terms.facts, error, this.#attempt) ?? this.seen;
    if (facts !== undefined) return this.#attempt.respond(facts);
    const isTimeout = isSluiceError(error) && error.code === "ERR_SLUICE_TIMEOUT";
    return isTimeout || isTransportFailure(error)
      ? this.#attempt.fail(error)
      : this.#attempt.fail(error, { isOwn: true });
  }

  #finish(spent: Cost | undefined): void {
    if (this.failed !== undefined) this.#attempt.correct(this.failed);
    this.#attempt.finish(spent);
  }

  /** It came to nothing: the request waits again, or ends with an error of ours or of the task's. */
  #reject(verdict: Verdict, result: unknown): void {
    // A refused response that isn't the last word would hold its connection until it is forgotten.
    if (verdict.next === "retry") discard(result);
    else this.#job.reject(verdict.error === undefined ? result : withCause(verdict.error, result));
  }

  /** Whether this is the first end of the try: a task may still settle after its time was up. */
  #land(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#attempt.holder = undefined;
    return true;
  }
}

/** The last result or error, as the cause of our own error: the loop hasn't seen it. */
export function withCause(error: SluiceError, cause: unknown): SluiceError {
  if (error.cause === undefined && error !== cause) {
    Object.defineProperty(error, "cause", { value: cause, configurable: true, writable: true });
  }
  return error;
}
