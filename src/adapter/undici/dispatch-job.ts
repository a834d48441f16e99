import type { Dispatcher } from "undici";
import type { Ticket, Try } from "../../flow/job.js";
import { HttpJob, type HttpJobParts } from "../http-job.js";
import type { OwnRefusal } from "../refusal.js";
import type { ReadAhead } from "./ahead.js";
import type { Asker } from "./asker.js";
import { DispatchFlight } from "./dispatch-flight.js";

/** What makes a job. */
export interface DispatchJobParts extends HttpJobParts {
  readonly asker: Asker;
  readonly dispatch: Dispatcher.Dispatch;
  readonly request: ReadAhead;
}

/** One request through a dispatcher, from its call to the end that its handler is told of. */
export class DispatchJob extends HttpJob {
  readonly asker: Asker;
  readonly dispatch: Dispatcher.Dispatch;
  readonly request: ReadAhead;
  #ticket: Ticket | undefined = undefined;
  #hasFlown = false;

  constructor(parts: DispatchJobParts) {
    super(parts);
    this.asker = parts.asker;
    this.dispatch = parts.dispatch;
    this.request = parts.request;
  }

  get isOver(): boolean {
    return this.asker.isOver;
  }

  /** Goes to the queue, out of which its handler can take it. */
  submit(): void {
    this.asker.governor = this;
    this.#ticket = this.house.submitter.submit(this);
    // What came of it at once may have made its handler abort before there was a ticket.
    if (this.asker.reins.aborted && !this.isOver) this.#ticket?.cancel(this.asker.reins.reason);
    this.waitFrom(0);
  }

  onAskerAbort(reason: unknown): void {
    this.#ticket?.cancel(reason);
  }

  reject(error: unknown): void {
    this.#maybeDiscard();
    if (!this.isOver) this.asker.fail(error);
  }

  protected answer(refusal: OwnRefusal): void {
    this.#maybeDiscard();
    if (!this.isOver) this.asker.answerOwn(refusal);
  }

  protected fly(attempt: Try, number: number): void {
    this.#hasFlown = true;
    new DispatchFlight(this, attempt, number).takeOff();
  }

  /** A body that was read ahead and is never sent would keep its source waiting. */
  #maybeDiscard(): void {
    if (!this.#hasFlown) this.request.discard();
  }
}
