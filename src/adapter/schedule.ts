import { checkRequestOptions } from "../complete.js";
import type { Cost } from "../cost.js";
import type { Attempt, Job, Submitter, Ticket, Try } from "../flow/job.js";
import { NO_COST, type Terms, termsByDefault, termsOf } from "../flow/terms.js";
import type { RequestOptions } from "../options.js";
import { type Ambient, mergedOptions } from "./context.js";
import type { EdgeParts } from "./parts.js";
import { ScheduleFlight } from "./schedule-flight.js";
import { keepContext, type Within } from "./within.js";

/** A piece of work that sends one request. */
export type Task<T> = (attempt: Attempt) => PromiseLike<T>;

/** Queues a task, calls it at its moment, once for each try, and settles as its last try does. */
export type Schedule = <T>(task: Task<T>, options?: RequestOptions) => Promise<T>;

/** What the edge needs of the house. */
export interface ScheduleParts extends EdgeParts {
  /** Whether `queue.sizeMax` holds. @defaultValue true */
  readonly isQueueBounded?: boolean;
}

/** One of the two ends of a promise. */
export type Settle = (value: unknown) => void;

const KEY_BY_DEFAULT = "default";

// An executor for all promises hands the function over here: a closure for each waiting task would be dearer.
let lastResolve: Settle;
const handOver = (resolve: Settle): void => {
  lastResolve = resolve;
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
    try {
      if (typeof task !== "function") throw new TypeError("schedule needs a function that returns a promise");
      this.submit(task, own, resolve);
    } catch (error) {
      resolve(Promise.reject(error));
    }
    return promise;
  }

  /**
   * Without a `reject` a failure is handed to `resolve`, as a promise that is rejected.
   *
   * @throws SluiceError `ERR_SLUICE_OPTION`
   */
  submit(task: Task<unknown>, own: RequestOptions | undefined, resolve: Settle, reject?: Settle): Ticket | undefined {
    const ambient = this.ambient.isOn ? this.ambient.current().options : undefined;
    const options = ambient === undefined ? own : mergedOptions(ambient, own);
    if (options !== undefined) checkRequestOptions(options);
    const terms = options === undefined ? this.#usual : termsOf(options, this.#usual, ambient);
    return this.#submitter.submit(new ScheduleJob(this, task, options, terms, resolve, reject));
  }
}

/** A task that waits. It has few fields on purpose: a hundred thousand of them may wait at once. */
export class ScheduleJob implements Job {
  readonly key: string;
  readonly cost: Cost;
  readonly priority: number;
  readonly edge: ScheduleEdge;
  readonly task: Task<unknown>;
  readonly terms: Terms;
  readonly within: Within = keepContext();
  readonly resolve: Settle;
  readonly #reject: Settle | undefined;
  /** The task made a value in spite of a refusal inside it: the refusal teaches, but the value stands. */
  isAnswered = false;

  constructor(
    edge: ScheduleEdge,
    task: Task<unknown>,
    options: RequestOptions | undefined,
    terms: Terms,
    resolve: Settle,
    reject: Settle | undefined,
  ) {
    this.key = options?.key ?? KEY_BY_DEFAULT;
    this.cost = options?.cost ?? NO_COST;
    this.priority = options?.priority ?? 0;
    this.edge = edge;
    this.task = task;
    this.terms = terms;
    this.resolve = resolve;
    this.#reject = reject;
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
    new ScheduleFlight(this, attempt).takeOff();
  }

  refuse(error: unknown): void {
    this.reject(error);
  }

  /**
   * The other function of a promise isn't kept while its task waits: that would be an eighth of all that a waiting task
   * takes, for something that happens seldom. A promise resolved with a rejected one is rejected too.
   */
  reject(error: unknown): void {
    if (this.#reject === undefined) this.resolve(Promise.reject(error));
    else this.#reject(error);
  }
}
