import type { Try } from "../flow/job.js";
import { FetchFlight } from "./fetch-flight.js";
import { HttpJob, type HttpJobParts } from "./http-job.js";
import { type OwnRefusal, responseOf } from "./refusal.js";
import type { RequestView } from "./request.js";

type Fetch = typeof globalThis.fetch;

/** What makes a job. */
export interface FetchJobParts extends HttpJobParts {
  readonly view: RequestView;
  readonly below: Fetch;
  readonly resolve: (response: Response) => void;
  readonly reject: (error: unknown) => void;
}

/** One request through `fetch`, from its call to its Response. */
export class FetchJob extends HttpJob {
  declare readonly view: RequestView;
  readonly below: Fetch;
  #resolve: ((response: Response) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;

  constructor(parts: FetchJobParts) {
    super(parts);
    this.below = parts.below;
    this.#resolve = parts.resolve;
    this.#reject = parts.reject;
  }

  get isOver(): boolean {
    return this.#reject === undefined;
  }

  resolve(response: Response): void {
    const resolve = this.#resolve;
    this.#forget();
    resolve?.(response);
  }

  reject(error: unknown): void {
    const reject = this.#reject;
    this.#forget();
    this.giveUp();
    reject?.(error);
  }

  protected answer(refusal: OwnRefusal): void {
    this.resolve(responseOf(refusal, this.view.url));
  }

  protected fly(attempt: Try, number: number): void {
    new FetchFlight(this, attempt, number).takeOff();
  }

  /** Whoever holds the job would hold the Response too, which could then never be found forgotten. */
  #forget(): void {
    this.#resolve = undefined;
    this.#reject = undefined;
  }
}
