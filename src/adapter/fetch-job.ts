import type { Clock } from "../clock.js";
import type { Cost } from "../cost.js";
import { isSluiceError, type SluiceError, type SluiceErrorCode } from "../errors.js";
import type { Job, RequestTarget, Try } from "../flow/job.js";
import type { Terms } from "../flow/terms.js";
import type { Within } from "./context.js";
import { FetchFlight } from "./fetch-flight.js";
import { ownRefusal } from "./refusal.js";
import type { RequestView } from "./request.js";
import type { Silence } from "./silence.js";
import { targetOf } from "./target.js";
import type { Waits } from "./waits.js";

type Fetch = typeof globalThis.fetch;

/** Our own ends that an SDK should see as a refusal; the others reject, as a lost connection does. */
const ENDS_AS_RESPONSE: ReadonlySet<SluiceErrorCode> = new Set([
  "ERR_SLUICE_QUEUE_FULL",
  "ERR_SLUICE_WAIT",
  "ERR_SLUICE_DEADLINE",
  "ERR_SLUICE_EXHAUSTED",
  "ERR_SLUICE_TOO_LARGE",
]);

/** What all requests of one `fetch` share. */
export interface FetchHouse {
  readonly clock: Clock;
  readonly onReject: "response" | "throw";
  readonly waits: Waits;
  readonly silence: Silence;
}

/** What makes a job. */
export interface FetchJobParts {
  readonly house: FetchHouse;
  readonly view: RequestView;
  readonly below: Fetch;
  /** The caller's asynchronous context. */
  readonly within: Within;
  readonly key: string;
  readonly cost: Cost;
  readonly priority: number;
  readonly terms: Terms;
  readonly resolve: (response: Response) => void;
  readonly reject: (error: unknown) => void;
}

/** One request through `fetch`, from its call to its Response. */
export class FetchJob implements Job {
  readonly key: string;
  readonly cost: Cost;
  readonly priority: number;
  readonly tenant: string | undefined;
  readonly deadlineMs: number;
  readonly waitMaxMs: number;
  readonly attemptTimeoutMs: number;
  readonly abort: AbortSignal | undefined;
  readonly host: string;
  readonly isQueueBounded = true;
  readonly house: FetchHouse;
  readonly view: RequestView;
  readonly below: Fetch;
  readonly within: Within;
  #starts = 0;
  #resolve: ((response: Response) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;

  constructor({ house, view, below, within, key, cost, priority, terms, resolve, reject }: FetchJobParts) {
    this.key = key;
    this.cost = cost;
    this.priority = priority;
    this.tenant = terms.tenant;
    this.deadlineMs = terms.deadlineMs;
    this.waitMaxMs = terms.waitMaxMs;
    this.attemptTimeoutMs = terms.attemptTimeoutMs;
    this.abort = terms.abort;
    this.host = view.address.hostname;
    this.house = house;
    this.view = view;
    this.below = below;
    this.within = within;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  get canRepeat(): boolean {
    return this.view.canRepeat;
  }

  get target(): RequestTarget {
    return targetOf(this.view);
  }

  start(attempt: Try): void {
    this.#starts += 1;
    this.house.waits.end(this);
    new FetchFlight(this, attempt, this.#starts).takeOff();
  }

  /** It waits from now on, unless it has been started again, or ended, since its start of this number. */
  waitFrom(start: number): void {
    if (this.#starts === start && this.#reject !== undefined) this.house.waits.begin(this);
  }

  refuse(error: unknown): void {
    this.house.waits.end(this);
    if (isSluiceError(error)) this.endOwn(error);
    else this.reject(error);
  }

  resolve(response: Response): void {
    const resolve = this.#resolve;
    this.#forget();
    resolve?.(response);
  }

  reject(error: unknown): void {
    const reject = this.#reject;
    this.#forget();
    reject?.(error);
  }

  /** It ends for a reason of ours, and there is no response that could say so. */
  endOwn(error: SluiceError): void {
    if (!ENDS_AS_RESPONSE.has(error.code)) return this.reject(error);
    const response = ownRefusal(error, this.view.url);
    if (this.house.onReject === "response") return this.resolve(response);
    const { status, headers } = response;
    response.json().then((body) => this.reject(Object.assign(error, { status, headers, body })));
  }

  /** Whoever holds the job would hold the Response too, which could then never be found forgotten. */
  #forget(): void {
    this.#resolve = undefined;
    this.#reject = undefined;
  }
}
