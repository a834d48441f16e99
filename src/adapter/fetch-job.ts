import type { Try } from "../flow/job.js";
import type { Ask } from "./ask.js";
import type { Heir } from "./fallback.js";
import type { FetchEdge } from "./fetch.js";
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
export interface FetchJobParts extends HttpJobParts<RequestView> {
  readonly edge: FetchEdge;
  readonly below: Fetch;
  readonly ends: Ends;
}

/** One request through `fetch`, from its call to its Response. */
export class FetchJob extends HttpJob<RequestView> {
  readonly edge: FetchEdge;
  readonly below: Fetch;
  /** Whoever holds the job would hold the Response too, which could then never be found forgotten: let go of at the end. */
  #ends: Ends | undefined;

  constructor(parts: FetchJobParts) {
    super(parts);
    this.edge = parts.edge;
    this.below = parts.below;
    this.#ends = parts.ends;
  }

  get isOver(): boolean {
    return this.#ends === undefined;
  }

  get ask(): Ask {
    const { edge, view, below } = this;
    return (address) => edge.ask(view, below, address);
  }

  protected handOver(): Heir<RequestView> | undefined {
    const { edge, below } = this;
    const ends = this.#ends;
    if (ends === undefined) return undefined;
    this.#ends = undefined;
    return { job: (parts) => new FetchJob({ ...parts, edge, below, ends }), fail: ends.reject };
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
