import type { Cost } from "../cost.js";
import { isSluiceError, type SluiceError, type SluiceErrorCode } from "../errors.js";
import {
  type Comeback,
  DIVERTED,
  type Job,
  type Place,
  type RequestTarget,
  type Ticket,
  type Try,
} from "../flow/job.js";
import type { Terms } from "../flow/terms.js";
import type { HttpHouse } from "./http-house.js";
import type { HttpView } from "./http-view.js";
import { type OwnRefusal, ownRefusal } from "./refusal.js";
import { targetOf } from "./target.js";
import type { Within } from "./within.js";

/** Our own ends that a caller should see as a refusal; the others reject, as a lost connection does. */
const ENDS_AS_RESPONSE: ReadonlySet<SluiceErrorCode> = new Set([
  "ERR_SLUICE_QUEUE_FULL",
  "ERR_SLUICE_WAIT",
  "ERR_SLUICE_DEADLINE",
  "ERR_SLUICE_EXHAUSTED",
  "ERR_SLUICE_TOO_LARGE",
]);

/** What makes a job. */
export interface HttpJobParts {
  readonly house: HttpHouse;
  readonly view: HttpView;
  /** The caller's asynchronous context. */
  readonly within: Within;
  readonly key: string;
  readonly place?: Place | undefined;
  readonly cost: Cost;
  readonly priority: number;
  readonly terms: Terms;
}

/** One request over HTTP, from its call to its answer, whichever edge it came through. */
export abstract class HttpJob implements Job {
  readonly key: string;
  readonly place: Place | undefined;
  readonly cost: Cost;
  readonly priority: number;
  readonly tenant: string | undefined;
  readonly deadlineMs: number;
  readonly waitMaxMs: number;
  readonly attemptTimeoutMs: number;
  readonly abort: AbortSignal | undefined;
  readonly host: string;
  readonly isQueueBounded = true;
  readonly house: HttpHouse;
  readonly within: Within;
  readonly view: HttpView;
  readonly comeback: Comeback | undefined;
  /** Given to it once it waits. */
  ticket: Ticket | undefined = undefined;
  #starts = 0;

  constructor({ house, view, within, key, place, cost, priority, terms }: HttpJobParts) {
    this.key = key;
    this.place = place;
    this.cost = cost;
    this.priority = priority;
    this.tenant = terms.tenant;
    this.deadlineMs = terms.deadlineMs;
    this.waitMaxMs = terms.waitMaxMs;
    this.attemptTimeoutMs = terms.attemptTimeoutMs;
    this.abort = terms.abort;
    this.host = view.address.hostname;
    this.house = house;
    this.within = within;
    this.view = view;
    this.comeback = house.comebacks.of(view, key);
  }

  /** Whether its caller has been told the end. */
  abstract get isOver(): boolean;

  /** Whether there is another model to ask where this one is overloaded. */
  get hasFallback(): boolean {
    return false;
  }

  /** Asks that, in the place of this one. Returns whether there was one. */
  fallBack(): boolean {
    return false;
  }

  /** Ends it with an error. */
  abstract reject(error: unknown): void;

  /** Ends it with an answer that we made. */
  protected abstract answer(refusal: OwnRefusal): void;

  /** Sends it once. */
  protected abstract fly(attempt: Try, number: number): void;

  get canRepeat(): boolean {
    return this.view.canRepeat;
  }

  get target(): RequestTarget {
    return targetOf(this.view);
  }

  start(attempt: Try): void {
    this.#starts += 1;
    this.#waitNoMore();
    this.fly(attempt, this.#starts);
  }

  /** It ends without an answer: an SDK may send it again. */
  protected giveUp(): void {
    if (this.ticket !== undefined) this.house.comebacks.keep(this.view, this.key, this.ticket);
  }

  /** It waits from now on, unless it has been started again, or ended, since its start of this number. */
  waitFrom(start: number): void {
    if (this.#starts !== start || this.isOver) return;
    this.house.waits.begin(this);
    if (this.#isOrder) this.house.jobs?.awaitEnd(this);
  }

  /** Whether it orders a job, which goes on after its answer. */
  get #isOrder(): boolean {
    return this.place?.endpoint.jobs !== undefined;
  }

  #waitNoMore(): void {
    this.house.waits.end(this);
    if (this.#isOrder) this.house.jobs?.leave(this);
  }

  refuse(error: unknown): void {
    this.#waitNoMore();
    if (error === DIVERTED && this.fallBack()) return;
    if (isSluiceError(error)) this.endOwn(error);
    else this.reject(error);
  }

  /** It ends for a reason of ours, and there is no response that could say so. */
  endOwn(error: SluiceError): void {
    if (!ENDS_AS_RESPONSE.has(error.code)) return this.reject(error);
    const refusal = ownRefusal(error);
    if (this.house.onReject === "response") return this.answer(refusal);
    const { status, headers, body } = refusal;
    this.reject(Object.assign(error, { status, headers: new Headers(headers), body }));
  }
}
