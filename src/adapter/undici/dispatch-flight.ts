import type { Try } from "../../flow/job.js";
import type { ResponseFacts } from "../../signal/signal.js";
import { HttpFlight } from "../http-flight.js";
import { type Passage, sendWithin } from "../passage.js";
import { Arrival } from "./arrival.js";
import type { HeadersIn } from "./asker.js";
import type { Court } from "./court.js";
import type { DispatchJob } from "./dispatch-job.js";
import { Reading } from "./reading.js";

/** On the options of a request that is governed: whatever interceptor copies them hands it on to the next gate. */
export const PASSAGE = Symbol.for("sluice.passage");

/** Options of a dispatch, as they come from a gate. */
export interface Governed {
  readonly [PASSAGE]?: Passage;
}

/** One try of a request through a dispatcher. */
export class DispatchFlight extends HttpFlight implements Court {
  readonly #job: DispatchJob;
  readonly #arrival: Arrival;

  constructor(job: DispatchJob, attempt: Try, number: number) {
    super(job, attempt, number, true);
    this.#job = job;
    this.#arrival = new Arrival(job.asker, this, job.house.clock, job.host);
  }

  receive(facts: ResponseFacts, headers: HeadersIn): Reading | undefined {
    const slot = this.accept(facts);
    if (slot === undefined) return undefined;
    const reading = new Reading(slot, headers);
    if (this.isOfJobs(facts)) this.learnOfJobs(reading.json());
    return reading;
  }

  protected send(): void {
    const { within, dispatch, view } = this.#job;
    // In this order: what is added to a copy costs thirty times as much as the copy.
    const options = { [PASSAGE]: this.passage, ...view.options };
    try {
      within(() => sendWithin(this.passage, () => dispatch(options, this.#arrival)));
    } catch (error) {
      // undici, or another interceptor, won't take it: that mustn't reach the loop, nor end the try before its hands are free.
      queueMicrotask(() => this.#arrival.onResponseError(undefined, error));
    }
  }

  protected pull(reason: unknown): void {
    this.#arrival.abort(reason);
  }
}
