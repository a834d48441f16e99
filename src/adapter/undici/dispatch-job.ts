import type { Dispatcher } from "undici";
import type { Try } from "../../flow/job.js";
import type { Ask } from "../ask.js";
import type { Heir } from "../fallback.js";
import { HttpJob, type HttpJobParts } from "../http-job.js";
import type { OwnRefusal } from "../refusal.js";
import type { Asker, Governor } from "./asker.js";
import { DispatchFlight } from "./dispatch-flight.js";
import type { DispatchView } from "./dispatch-view.js";
import type { DispatchGate } from "./gate.js";

/** What makes a job. */
export interface DispatchJobParts extends HttpJobParts<DispatchView> {
  readonly edge: DispatchGate;
  readonly asker: Asker;
  readonly dispatch: Dispatcher.Dispatch;
  /** Lets go of a body that was read ahead, where it isn't sent after all. */
  readonly discard?: (() => void) | undefined;
}

/** One request through a dispatcher, from its call to the end that its handler is told of. */
export class DispatchJob extends HttpJob<DispatchView> implements Governor {
  readonly edge: DispatchGate;
  readonly asker: Asker;
  readonly dispatch: Dispatcher.Dispatch;
  #discard: (() => void) | undefined;
  /** Whether another job goes on for its asker. */
  #hasHandedOver = false;

  constructor(parts: DispatchJobParts) {
    super(parts);
    this.edge = parts.edge;
    this.asker = parts.asker;
    parts.asker.reins.key = parts.key;
    this.dispatch = parts.dispatch;
    this.#discard = parts.discard;
  }

  get isOver(): boolean {
    return this.#hasHandedOver || this.asker.isOver;
  }

  /** Goes to the queue, out of which its handler can take it. */
  override submit(): void {
    if (this.isOver) return this.#discard?.();
    this.asker.governor = this;
    super.submit();
    // What came of it at once may have made its handler abort before there was a ticket.
    if (this.asker.reins.aborted && !this.isOver) this.ticket?.cancel(this.asker.reins.reason);
  }

  onAskerAbort(reason: unknown): void {
    this.ticket?.cancel(reason);
  }

  get ask(): Ask {
    const { edge, view, dispatch } = this;
    return (address) => edge.ask(view, dispatch, address);
  }

  reject(error: unknown): void {
    this.#discard?.();
    if (this.isOver) return;
    this.giveUp();
    this.asker.fail(error);
  }

  protected answer(refusal: OwnRefusal): void {
    this.#discard?.();
    if (!this.isOver) this.asker.answerOwn(refusal);
  }

  protected handOver(): Heir<DispatchView> | undefined {
    if (this.isOver) return undefined;
    const { edge, asker, dispatch } = this;
    this.#hasHandedOver = true;
    asker.governor = undefined;
    return {
      job: (parts) => new DispatchJob({ ...parts, edge, asker, dispatch }),
      fail: (error) => asker.fail(error),
    };
  }

  protected fly(attempt: Try, number: number): void {
    // Once it was sent, it is undici's.
    this.#discard = undefined;
    this.asker.reins.tries += 1;
    new DispatchFlight(this, attempt, number).takeOff();
  }
}
