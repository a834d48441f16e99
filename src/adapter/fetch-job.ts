import type { Try } from "../flow/job.js";
import { FetchFlight } from "./fetch-flight.js";
import { HttpJob, type HttpJobParts } from "./http-job.js";
import { type OwnRefusal, responseOf } from "./refusal.js";
import type { RequestView } from "./request.js";

type Fetch = typeof globalThis.fetch;

/** How its promise ends. */
export interface Ends {
  readonly resolve: (response: Response) => void;
  readonly reject: (error: unknown) => void;
}

/** What makes a job. */
export interface FetchJobParts extends HttpJobParts {
  readonly view: RequestView;
  readonly below: Fetch;
  readonly ends: Ends;
  /** Asks another model in its place, where there is one. */
  readonly detour?: ((ends: Ends) => void) | undefined;
}

/** One request through `fetch`, from its call to its Response. */
export class FetchJob extends HttpJob {
  declare readonly view: RequestView;
  readonly below: Fetch;
  readonly #detour: FetchJobParts["detour"];
  /** Whoever holds the job would hold the Response too, which could then never be found forgotten: let go of at the end. */
  #ends: Ends | undefined;

  constructor(parts: FetchJobParts) {
    super(parts);
    this.below = parts.below;
    this.#ends = parts.ends;
    this.#detour = parts.detour;
  }

  get isOver(): boolean {
    return this.#ends === undefined;
  }

  override get hasFallback(): boolean {
    return this.#detour !== undefined;
  }

  override fallBack(): boolean {
    const ends = this.#ends;
    if (this.#detour === undefined || ends === undefined) return false;
    this.#ends = undefined;
    this.#detour(ends);
    return true;
  }

  resolve(response: Response): void {
    const ends = this.#ends;
    this.#ends = undefined;
    ends?.resolve(response);
  }

  reject(error: unknown): void {
    const ends = this.#ends;
    this.#ends = undefined;
    this.giveUp();
    ends?.reject(error);
  }

  protected answer(refusal: OwnRefusal): void {
    this.resolve(responseOf(refusal, this.view.url));
  }

  protected fly(attempt: Try, number: number): void {
    new FetchFlight(this, attempt, number).takeOff();
  }
}
