import type { Observable, Observer, Subscriber, Subscription } from "rxjs";
import { type AbortListener, listen, unlisten } from "../abort.js";
import { checkRequestOptions } from "../complete.js";
import { DEFAULTS } from "../defaults.js";
import { SluiceError } from "../errors.js";
import type { PaceOptions, RequestOptions } from "../options.js";
import { requestOptionsOf } from "./input-options.js";
import { Order, Place } from "./order.js";
import type { PaceProject } from "./pace.js";
import type { Stopper } from "./stoppable.js";
import type { WrapParts } from "./wrap.js";
import { WrappedRequest } from "./wrapped-request.js";

/**
 * The requests of one stream; itself it observes the inputs. It keeps the requests in a set rather than in RxJS's own list
 * of what is to be unsubscribed from, where each end is a search: a hundred thousand inputs would be quadratic.
 */
export class PacedStream<In, Out> implements Stopper<In>, AbortListener {
  readonly #source$: Observable<In>;
  readonly #project: PaceProject<In, Out>;
  readonly #options: PaceOptions<In, Out>;
  readonly #parts: WrapParts;
  readonly #subscriber: Subscriber<Out>;
  readonly #pending = new Set<Passage<In, Out>>();
  readonly #order: Order<Out> | undefined;
  /** The options of every request, where none of them is a function of the input. */
  readonly #same: RequestOptions | undefined;
  readonly #abort: AbortSignal | undefined;
  #subscription: Subscription | undefined;
  #isSourceComplete = false;

  constructor(
    source$: Observable<In>,
    project: PaceProject<In, Out>,
    { signal, ...options }: PaceOptions<In, Out>,
    parts: WrapParts,
    subscriber: Subscriber<Out>,
  ) {
    const { ordered, bufferMax = DEFAULTS.bufferMax, key, cost, priority, tenant, deadlineMs } = options;
    this.#source$ = source$;
    this.#project = project;
    this.#options = options;
    this.#parts = parts;
    this.#subscriber = subscriber;
    this.#order = ordered === true ? new Order(bufferMax, this) : undefined;
    const depends = [key, cost, priority, tenant, deadlineMs].some((option) => typeof option === "function");
    // No input is read where no option is a function of it.
    this.#same = depends ? undefined : requestOptionsOf(options, undefined as In);
    this.#abort = signal;
  }

  source(): Observable<In> {
    return this.#source$;
  }

  onSubscribe(subscription: Subscription): void {
    this.#subscription = subscription;
    if (this.#abort !== undefined) listen(this.#abort, this);
    if (this.#abort?.aborted === true) this.handleEvent();
  }

  /** The caller's signal has fired: it ends the stream, whatever `onFailure` would make of each request. */
  handleEvent(): void {
    this.#subscriber.error(this.#abort?.reason);
  }

  next(input: In): void {
    const passage = new Passage(this, input, this.#parts.clock.now());
    this.#pending.add(passage);
    if (this.#order === undefined) passage.open();
    else this.#order.add(passage);
  }

  error(error: unknown): void {
    this.#subscriber.error(error);
  }

  complete(): void {
    this.#isSourceComplete = true;
    this.onPause();
  }

  /** Ends all that is under way. */
  stop(): void {
    if (this.#abort !== undefined) unlisten(this.#abort, this);
    this.#subscription?.unsubscribe();
    this.#cancel([...this.#pending]);
  }

  requestFor(passage: Passage<In, Out>): WrappedRequest<Out> {
    const { input } = passage;
    const options = this.#same ?? checkRequestOptions(requestOptionsOf(this.#options, input));
    const inTime = this.#order === undefined ? options : this.#withWaited(options, passage.arrivedAtMs);
    return new WrappedRequest((attempt) => this.#project(input, attempt), inTime, this.#parts, passage);
  }

  onValue(passage: Passage<In, Out>, value: Out): void {
    if (this.#order === undefined) this.onResult(value);
    else this.#order.put(passage, value);
  }

  onEnd(passage: Passage<In, Out>): void {
    this.#pending.delete(passage);
    if (this.#order === undefined) this.onPause();
    else this.#order.end(passage);
  }

  onError(passage: Passage<In, Out>, error: unknown): void {
    const { onFailure } = this.#options;
    if (onFailure === undefined) return this.#fail(passage, error);
    let instead: Out | undefined;
    try {
      instead = onFailure(error, passage.input);
    } catch (worse) {
      return this.#fail(passage, worse);
    }
    if (instead !== undefined) this.onValue(passage, instead);
    this.onEnd(passage);
  }

  onResult(value: Out): void {
    this.#subscriber.next(value);
  }

  onFailure(error: unknown): void {
    this.#subscriber.error(error);
  }

  onPause(): void {
    const isDone = this.#isSourceComplete && this.#pending.size === 0 && this.#order?.isEmpty !== false;
    if (isDone) this.#subscriber.complete();
  }

  /** The stream ends with this error. In order: once its turn has come, and what comes behind it isn't sent any more. */
  #fail(passage: Passage<In, Out>, error: unknown): void {
    this.#pending.delete(passage);
    if (this.#order === undefined) return this.onFailure(error);
    this.#subscription?.unsubscribe();
    this.#cancel(this.#order.cutAfter(passage) as readonly Passage<In, Out>[]);
    this.#order.end(passage, { error });
  }

  #cancel(passages: readonly Passage<In, Out>[]): void {
    for (const passage of passages) {
      this.#pending.delete(passage);
      passage.request?.silence();
    }
    // What waits goes first: a slot that comes free must not go to one of them.
    for (const { request } of passages) if (request?.isInFlight === false) request.unsubscribe();
    for (const { request } of passages) request?.unsubscribe();
  }

  /** A deadline counts from the arrival of the input, though its request is made when there is room for its result. */
  #withWaited(options: RequestOptions, arrivedAtMs: number): RequestOptions {
    const deadlineMs = options.deadlineMs ?? this.#parts.usual.deadlineMs;
    const waitedMs = this.#parts.clock.now() - arrivedAtMs;
    if (waitedMs === 0 || deadlineMs === Infinity) return options;
    if (waitedMs < deadlineMs) return { ...options, deadlineMs: deadlineMs - waitedMs };
    const message = `the results before this one took longer than deadlineMs (${deadlineMs} ms)`;
    throw new SluiceError("ERR_SLUICE_DEADLINE", message, { key: options.key ?? "default", attempts: 0 });
  }
}

/** One input on its way through: its request, and its place in the order. */
class Passage<In, Out> extends Place<Out> implements Observer<Out> {
  readonly input: In;
  readonly arrivedAtMs: number;
  request: WrappedRequest<Out> | undefined = undefined;
  readonly #stream: PacedStream<In, Out>;

  constructor(stream: PacedStream<In, Out>, input: In, arrivedAtMs: number) {
    super();
    this.#stream = stream;
    this.input = input;
    this.arrivedAtMs = arrivedAtMs;
  }

  override open(): void {
    try {
      this.request = this.#stream.requestFor(this);
    } catch (error) {
      return this.error(error); // what the user's functions threw, or gave that won't do
    }
    this.request.submit();
  }

  next(value: Out): void {
    this.#stream.onValue(this, value);
  }

  error(error: unknown): void {
    this.#stream.onError(this, error);
  }

  complete(): void {
    this.#stream.onEnd(this);
  }
}
