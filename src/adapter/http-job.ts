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
import type { RequestOptions } from "../options.js";
import type { Ask } from "./ask.js";
import { type Detour, type Heir, othersFor, takeDetour } from "./fallback.js";
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
export interface HttpJobParts<View extends HttpView = HttpView> {
  readonly house: HttpHouse;
  readonly view: View;
  /** The caller's asynchronous context. */
  readonly within: Within;
  readonly key: string;
  /** What is asked of this request beside. */
  readonly own: RequestOptions | undefined;
  /** Models to ask where its own is overloaded. @defaultValue as the option says */
  readonly others?: readonly string[];
}

/** One request over HTTP, from its call to its answer, whichever edge it came through. */
export abstract class HttpJob<View extends HttpView = HttpView> implements Job {
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
  readonly view: View;
  readonly comeback: Comeback | undefined;
  /** Where it came in. */
  abstract readonly edge: object;
  /** Given to it once it waits. */
  protected ticket: Ticket | undefined = undefined;
  readonly #detour: Detour | undefined;
  #starts = 0;

  /** Throws what the user's own function for costs throws. */
  constructor({ house, view, within, key, own, others = othersFor(view, house.fallback) }: HttpJobParts<View>) {
    const { appraiser, clock } = house;
    const terms = appraiser.termsOf(own, view.signal);
    this.key = key;
    this.place = appraiser.placeOf(view, key, own);
    this.cost = appraiser.costOf(view, own);
    this.priority = own?.priority ?? 0;
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
    this.#detour = others.length === 0 ? undefined : { models: others, own, startedAtMs: clock.now() };
  }

  /** Whether its caller has been told the end. */
  abstract get isOver(): boolean;

  /** What asks in its way, and doesn't hold on to it. */
  abstract get ask(): Ask;

  /** Lets go of its caller, for whom another job is to go on; undefined where it has none any more. */
  protected abstract handOver(): Heir<View> | undefined;

  /** Ends it with an error. */
  abstract reject(error: unknown): void;

  /** Ends it with an answer that we made. */
  protected abstract answer(refusal: OwnRefusal): void;

  /** Sends it once. */
  protected abstract fly(attempt: Try, number: number): void;

  /** Goes to the queue. */
  submit(): void {
    this.ticket = this.house.submitter.submit(this);
    this.waitFrom(0);
  }

  get canRepeat(): boolean {
    return this.view.canRepeat;
  }

  /** Whether there is another model to ask where this one is overloaded. */
  get hasFallback(): boolean {
    return this.#detour !== undefined;
  }

  /** Asks that, in the place of this one. Returns whether there was one. */
  fallBack(): boolean {
    const heir = this.#detour && this.handOver();
    if (this.#detour === undefined || heir === undefined) return false;
    void takeDetour(this, this.#detour, heir);
    return true;
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
    if (this.isOrder) this.house.jobs.awaitEnd(this);
  }

  /** Whether it orders a job, which goes on after its answer. */
  get isOrder(): boolean {
    return this.place?.endpoint.jobs !== undefined;
  }

  #waitNoMore(): void {
    this.house.waits.end(this);
    if (this.isOrder) this.house.jobs.leave(this);
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
