import type { Subject } from "rxjs";
import { listen, unlisten } from "../abort.js";
import type { Clock } from "../clock.js";
import { isSluiceError } from "../errors.js";
import type { DroppedEvent, SluiceEvent } from "./event.js";
import { DIVERTED } from "./job.js";
import type { Lane } from "./lane.js";
import { droppedEvent, queuedEvent } from "./story.js";
import type { Waiting } from "./waiting.js";

/**
 * Who waits, over all lanes. Every request enters and leaves the queues through here, so that the count is right, the
 * caller's signal is let go of, and each end is told once.
 */
export class WaitingRoom {
  readonly #clock: Clock;
  readonly #event$: Subject<SluiceEvent>;
  #size = 0;

  constructor(clock: Clock, event$: Subject<SluiceEvent>) {
    this.#clock = clock;
    this.#event$ = event$;
  }

  /** Requests waiting, over all keys. */
  get size(): number {
    return this.#size;
  }

  enter(waiting: Waiting, nowMs: number): void {
    const { lane, job } = waiting;
    if (job.abort !== undefined) listen(job.abort, waiting);
    // Behind all others, unless it comes back to the place of one that was given up.
    lane.queue.requeue(waiting, nowMs);
    this.#size += 1;
    if (this.#event$.observed) this.#event$.next(queuedEvent(waiting, nowMs));
  }

  /** Back after a try that didn't succeed, to its old place. */
  enterAgain(waiting: Waiting, nowMs: number): void {
    waiting.lane.queue.requeue(waiting, nowMs);
    this.#size += 1;
  }

  /** Takes out the one that goes next. */
  leave(lane: Lane, nowMs: number): Waiting | undefined {
    const waiting = lane.queue.take(nowMs);
    if (waiting !== undefined) this.#size -= 1;
    return waiting;
  }

  /** Ends the wait of one request, if it waits. */
  remove(waiting: Waiting, error: unknown): boolean {
    if (!waiting.lane.queue.remove(waiting)) return false;
    this.#size -= 1;
    this.end(waiting, error);
    return true;
  }

  /** Ends those whose time is up by an instant, and returns whether there were any. */
  removeExpired(lane: Lane, atMs: number, errorOf: (waiting: Waiting) => unknown): boolean {
    const expired = lane.queue.expired(atMs);
    this.#size -= expired.length;
    for (const waiting of expired) this.end(waiting, errorOf(waiting));
    return expired.length > 0;
  }

  /** Ends the wait of those of a lane for whom there is an error, in order of arrival. */
  removeAll(lane: Lane, errorOf: (waiting: Waiting) => unknown): void {
    const gone = lane.queue.removeWhere((waiting) => errorOf(waiting) !== undefined);
    this.#size -= gone.length;
    for (const waiting of gone) this.end(waiting, errorOf(waiting));
  }

  /** Sends those of a lane that have another way there, and returns whether there were any. */
  divertAll(lane: Lane): boolean {
    const gone = lane.queue.removeWhere(({ job }) => job.hasFallback === true);
    this.#size -= gone.length;
    for (const waiting of gone) {
      this.close(waiting);
      if (this.#event$.observed) this.tellDropped(waiting, "fallback");
      waiting.job.refuse(DIVERTED);
    }
    return gone.length > 0;
  }

  /** Ends a request that has no try in flight, by us or by its caller. */
  end(waiting: Waiting, error: unknown): void {
    if (waiting.isOver) return;
    this.close(waiting);
    if (this.#event$.observed) {
      const isAborted = waiting.job.abort?.aborted === true || !isSluiceError(error);
      this.tellDropped(waiting, isAborted ? "aborted" : error.code);
    }
    waiting.job.refuse(error);
  }

  tellDropped(waiting: Waiting, code: DroppedEvent["code"]): void {
    this.#event$.next(droppedEvent(waiting, code, this.#clock.now()));
  }

  /** A request is over: its caller's signal is let go of. */
  close(waiting: Waiting): void {
    const { abort } = waiting.job;
    waiting.isOver = true;
    if (abort !== undefined) unlisten(abort, waiting);
  }
}
