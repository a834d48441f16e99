import { DEFAULTS } from "../defaults.js";
import type { Attempt, Ticket } from "../flow/job.js";
import { requestOptionsOf } from "../flow/pace.js";
import type { PaceOptions } from "../options.js";
import { type InputIterator, isPromiseLike } from "./inputs.js";
import { type Came, Results } from "./results.js";
import type { ScheduleEdge } from "./schedule.js";

/**
 * Inputs that may wait to be sent, beyond those in flight. They are there so that no slot and no moment passes unused
 * while an input is fetched: at a thousand sends a second this is a 16th of a second.
 */
const LOOK_AHEAD = 64;

/** Makes one try of the request for an input. */
export type MapProject<In, Out> = (input: In, attempt: Attempt) => PromiseLike<Out>;

/** The reason that tries hear whose results nobody waits for. */
const NO_LONGER_WANTED = new DOMException("the results of map are no longer read", "AbortError");

interface House {
  readonly edge: ScheduleEdge;
  readonly concurrencyMax: number;
}

/** Sends the requests for inputs as fast as they may go, and no further ahead of its reader than it has room for. */
export class GovernedIterator<In, Out> implements AsyncIterableIterator<Out, undefined> {
  readonly #inputs: InputIterator<In>;
  readonly #project: MapProject<In, Out>;
  readonly #options: PaceOptions<In, Out>;
  readonly #house: House;
  readonly #bufferMax: number;
  /** All that waits or flies for this iterator. */
  readonly #tickets = new Set<Ticket>();
  readonly #results: Results<Out>;
  #read = 0;
  /** Inputs without a result yet; `#flying` of them are being tried. */
  #pending = 0;
  #flying = 0;
  #isPumping = false;
  #isPulling = false;
  /** No further input is read. */
  #hasEnded = false;
  /** Nothing is waited for any more. */
  #isStopped = false;

  constructor(inputs: InputIterator<In>, project: MapProject<In, Out>, options: PaceOptions<In, Out>, house: House) {
    this.#inputs = inputs;
    this.#project = project;
    this.#options = options;
    this.#house = house;
    this.#results = new Results(options.ordered === true);
    this.#bufferMax = options.bufferMax ?? DEFAULTS.bufferMax;
    options.signal?.addEventListener("abort", this);
    if (options.signal?.aborted === true) this.handleEvent();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Out, undefined>> {
    const next = this.#results.next();
    this.#serve();
    this.#pump();
    return next;
  }

  /** The reader has had enough (`break`): what waits is taken back, what flies is aborted, the inputs are closed. */
  async return(): Promise<IteratorResult<Out, undefined>> {
    const closed = this.#end();
    this.#results.clear();
    this.#serve();
    await closed;
    return { value: undefined, done: true };
  }

  /** The caller's own signal has fired. */
  handleEvent(): void {
    this.#fail(this.#options.signal?.reason);
  }

  get #hasRoom(): boolean {
    return (
      this.#pending - this.#flying < LOOK_AHEAD &&
      this.#pending < this.#house.concurrencyMax + LOOK_AHEAD &&
      this.#pending + this.#results.held < this.#bufferMax + (this.#results.isAwaited ? 1 : 0)
    );
  }

  /** Fetches inputs while there is room for them, one at a time. */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    while (!this.#hasEnded && !this.#isPulling && this.#hasRoom) this.#pull();
    this.#isPumping = false;
  }

  #pull(): void {
    try {
      const next = this.#inputs.next();
      if (!isPromiseLike(next)) return this.#onInput(next);
      this.#isPulling = true;
      next.then(
        (result) => this.#onPulled(() => this.#onInput(result)),
        (error: unknown) => this.#onPulled(() => this.#onInputError(error)),
      );
    } catch (error) {
      this.#onInputError(error);
    }
  }

  #onPulled(then: () => void): void {
    this.#isPulling = false;
    if (!this.#hasEnded) then();
    this.#pump();
  }

  #onInput(next: IteratorResult<In, unknown>): void {
    if (next.done === true) {
      this.#hasEnded = true;
      this.#serve();
      return;
    }
    const input = next.value;
    const number = this.#read;
    this.#read += 1;
    this.#pending += 1;
    this.#send(number, input);
  }

  /** The inputs fail: what was read of them is still sent and handed on, and then their error. */
  #onInputError(error: unknown): void {
    this.#hasEnded = true;
    this.#results.failWith(error);
    this.#serve();
  }

  #send(number: number, input: In): void {
    let ticket: Ticket | undefined;
    let isOver = false;
    const onEnd = (): void => {
      isOver = true;
      if (ticket !== undefined) this.#tickets.delete(ticket);
    };
    try {
      // The caller's signal is listened to once, for all of them.
      const options = { ...requestOptionsOf(this.#options, input), signal: undefined };
      ticket = this.#house.edge.submit(
        (attempt) => this.#try(input, attempt),
        options,
        (value) => {
          onEnd();
          this.#onCame(number, { value: value as Out });
        },
        (error) => {
          onEnd();
          this.#onFailure(number, input, error);
        },
      );
      if (ticket !== undefined && !isOver) this.#tickets.add(ticket);
    } catch (error) {
      this.#onFailure(number, input, error);
    }
  }

  async #try(input: In, attempt: Attempt): Promise<Out> {
    this.#flying += 1;
    this.#pump();
    try {
      return await this.#project(input, attempt);
    } finally {
      this.#flying -= 1;
    }
  }

  #onFailure(number: number, input: In, error: unknown): void {
    if (this.#isStopped) return this.#onCame(number, undefined);
    const { onFailure } = this.#options;
    if (onFailure === undefined) return this.#fail(error);
    let instead: Out | undefined;
    try {
      instead = onFailure(error, input);
    } catch (worse) {
      return this.#fail(worse);
    }
    this.#onCame(number, instead === undefined ? undefined : { value: instead });
  }

  #onCame(number: number, came: Came<Out>): void {
    this.#pending -= 1;
    if (this.#isStopped) return;
    this.#results.put(number, came);
    this.#serve();
    this.#pump();
  }

  /** Ends it with an error, which whoever reads meets after the results that are ready. */
  #fail(error: unknown): void {
    this.#results.failWith(error);
    this.#end().catch(() => {});
    this.#serve();
  }

  /** Takes back what waits, aborts what flies, and closes the inputs. */
  async #end(): Promise<void> {
    if (this.#isStopped) return;
    const hadEnded = this.#hasEnded;
    this.#hasEnded = true;
    this.#isStopped = true;
    this.#results.clearEarly();
    this.#options.signal?.removeEventListener("abort", this);
    for (const ticket of [...this.#tickets]) ticket.cancel(NO_LONGER_WANTED);
    if (hadEnded) return;
    const closing = this.#inputs.return?.();
    // An input that is being fetched may never come: closing would wait for it.
    if (this.#isPulling) Promise.resolve(closing).catch(() => {});
    else await closing;
  }

  /** Hands on what is ready, and tells of the end. */
  #serve(): void {
    const isOver = this.#hasEnded && (this.#pending === 0 || this.#isStopped);
    if (this.#results.serve(isOver)) this.#options.signal?.removeEventListener("abort", this);
  }
}
