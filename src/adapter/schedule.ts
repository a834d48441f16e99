import { type CompleteOptions, checkRequestOptions } from "../complete.js";
import type { Cost } from "../cost.js";
import { isSluiceError, type SluiceError } from "../errors.js";
import type { Attempt, Job, Submitter, Ticket, Try, Verdict } from "../flow/job.js";
import { NO_COST, type Terms, termsByDefault, termsOf } from "../flow/terms.js";
import type { RequestOptions } from "../options.js";
import { factsOf } from "../signal/facts.js";
import type { ResponseFacts } from "../signal/signal.js";
import { isTransportFailure } from "../signal/transport.js";
import { usageOf } from "../signal/usage.js";
import { type Ambient, mergedOptions, type Surroundings, type Witness } from "./context.js";

/** A piece of work that sends one request. */
export type Task<T> = (attempt: Attempt) => PromiseLike<T>;

/** Queues a task, calls it at its moment, once for each try, and settles as its last try does. */
export type Schedule = <T>(task: Task<T>, options?: RequestOptions) => Promise<T>;

/** What the edge needs of the house. */
export interface ScheduleParts {
  readonly submitter: Submitter;
  readonly options: CompleteOptions;
  readonly ambient: Ambient;
  /** Whether `queue.sizeMax` holds. @defaultValue true */
  readonly isQueueBounded?: boolean;
}

type Settle = (value: unknown) => void;

const KEY_BY_DEFAULT = "default";

// An executor for all promises hands the two functions over here: a closure for each waiting task would be dearer.
let lastResolve: Settle;
let lastReject: Settle;
const handOver = (resolve: Settle, reject: Settle): void => {
  lastResolve = resolve;
  lastReject = reject;
};

/** Makes `schedule`: the simplest edge, a task in and a promise out. */
export function createSchedule(parts: ScheduleParts): Schedule {
  const edge = new ScheduleEdge(parts);
  return (task, options) => edge.schedule(task, options);
}

/** The edge itself, for one that hands out something other than a promise for each task. */
export class ScheduleEdge {
  readonly ambient: Ambient;
  readonly isQueueBounded: boolean;
  readonly #submitter: Submitter;
  readonly #usual: Terms;

  constructor({ submitter, options, ambient, isQueueBounded = true }: ScheduleParts) {
    this.isQueueBounded = isQueueBounded;
    this.ambient = ambient;
    this.#submitter = submitter;
    this.#usual = termsByDefault(options);
  }

  schedule<T>(task: Task<T>, own: RequestOptions | undefined): Promise<T> {
    const promise = new Promise(handOver) as Promise<T>;
    const resolve = lastResolve;
    const reject = lastReject;
    try {
      if (typeof task !== "function") throw new TypeError("schedule needs a function that returns a promise");
      this.submit(task, own, resolve, reject);
    } catch (error) {
      reject(error);
    }
    return promise;
  }

  /** @throws SluiceError `ERR_SLUICE_OPTION` */
  submit(task: Task<unknown>, own: RequestOptions | undefined, resolve: Settle, reject: Settle): Ticket | undefined {
    const ambient = this.ambient.isOn ? this.ambient.current().options : undefined;
    const options = ambient === undefined ? own : mergedOptions(ambient, own);
    if (options !== undefined) checkRequestOptions(options);
    const terms = options === undefined ? this.#usual : termsOf(options, this.#usual, ambient);
    return this.#submitter.submit(new ScheduleJob(this, task, options, terms, resolve, reject));
  }
}

/** A task that waits. It has few fields on purpose: a hundred thousand of them may wait at once. */
class ScheduleJob implements Job {
  readonly key: string;
  readonly cost: Cost;
  readonly priority: number;
  readonly edge: ScheduleEdge;
  readonly task: Task<unknown>;
  readonly terms: Terms;
  readonly resolve: Settle;
  readonly reject: Settle;
  /** The task made a value in spite of a refusal inside it: the refusal teaches, but the value stands. */
  isAnswered = false;

  constructor(
    edge: ScheduleEdge,
    task: Task<unknown>,
    options: RequestOptions | undefined,
    terms: Terms,
    resolve: Settle,
    reject: Settle,
  ) {
    this.key = options?.key ?? KEY_BY_DEFAULT;
    this.cost = options?.cost ?? NO_COST;
    this.priority = options?.priority ?? 0;
    this.edge = edge;
    this.task = task;
    this.terms = terms;
    this.resolve = resolve;
    this.reject = reject;
  }

  get tenant(): string | undefined {
    return this.terms.tenant;
  }

  get deadlineMs(): number {
    return this.terms.deadlineMs;
  }

  get waitMaxMs(): number {
    return this.terms.waitMaxMs;
  }

  get attemptTimeoutMs(): number {
    return this.terms.attemptTimeoutMs;
  }

  get abort(): AbortSignal | undefined {
    return this.terms.abort;
  }

  get host(): undefined {
    return undefined;
  }

  get isQueueBounded(): boolean {
    return this.edge.isQueueBounded;
  }

  get canRepeat(): boolean {
    return !this.isAnswered;
  }

  start(attempt: Try): void {
    new Flight(this, attempt).takeOff();
  }

  refuse(error: unknown): void {
    this.reject(error);
  }
}

/** One try of a task. It also is what a governed `fetch` inside the task finds around it, and reports to. */
class Flight implements Witness, Surroundings {
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
    this.#attempt.onAbort = (reason) => this.#giveUp(reason);
    const { edge, task } = this.#job;
    let result: PromiseLike<unknown>;
    try {
      result = edge.ambient.runTask(this, task, this.#attempt);
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
      facts = (this.#job.terms.facts ?? factsOf)(value);
    } catch (error) {
      this.#end(this.#attempt.fail(error, { isOwn: true }), this.#job.reject, error);
      this.#finish(this.spent);
      return;
    }
    if (facts === undefined) this.#job.isAnswered = true;
    this.#end(this.#attempt.respond(facts ?? this.seen), this.#job.resolve, value);
    this.#finish(this.spent ?? usageOf(value));
  }

  #onError(error: unknown): void {
    if (!this.#land()) return;
    this.#end(this.#verdictOn(error), this.#job.reject, error);
    this.#finish(this.spent);
  }

  #giveUp(reason: unknown): void {
    if (!this.#land()) return;
    this.#end(this.#attempt.fail(reason), this.#job.reject, reason);
    this.#finish(this.spent);
  }

  #verdictOn(error: unknown): Verdict {
    let facts: ResponseFacts | undefined;
    try {
      facts = (this.#job.terms.facts ?? factsOf)(error) ?? this.seen;
    } catch {
      // The user's own reader failed on an error: the error is the better news of the two.
    }
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

  #end(verdict: Verdict, settle: Settle, result: unknown): void {
    if (verdict.next === "retry") return;
    if (verdict.error === undefined) settle(result);
    else this.#job.reject(withCause(verdict.error, result));
  }

  /** Whether this is the first end of the try: a task may still settle after its time was up. */
  #land(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#attempt.onAbort = undefined;
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
