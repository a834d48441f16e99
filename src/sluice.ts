// Whoever compiles for an older library has AsyncDisposable of this, which the types of a Sluice need.
/// <reference lib="esnext.disposable" preserve="true" />
import type { Observable, OperatorFunction } from "rxjs";
import { Ambient, mergedOptions } from "./adapter/context.js";
import { createFetch, sdkOptionsFor } from "./adapter/fetch.js";
import { createMap } from "./adapter/map.js";
import { keepParts } from "./adapter/parts.js";
import { createSchedule } from "./adapter/schedule.js";
import { checkCap, checkKey, checkPaceOptions, checkRequestOptions, completeOptions } from "./complete.js";
import type { BudgetSnapshot } from "./flow/budgets.js";
import type { SluiceEvent } from "./flow/event.js";
import type { Attempt } from "./flow/job.js";
import { Loop } from "./flow/loop.js";
import { type PaceProject, pace } from "./flow/pace.js";
import { Reader } from "./flow/reader.js";
import { termsByDefault } from "./flow/terms.js";
import { wrap } from "./flow/wrap.js";
import type { PaceOptions, RequestOptions, SluiceOptions } from "./options.js";
import type { SluiceState } from "./state.js";

/** An adaptive rate controller for AI APIs: requests go through it at the rate that the server allows just now. */
export interface Sluice extends AsyncDisposable {
  /**
   * A drop-in `fetch`: waits for its moment, tries again where that helps, and holds its slot until the body is over. The
   * key is the origin, the credential's fingerprint and the model. What it does with refusals is the option `onReject`.
   */
  readonly fetch: typeof globalThis.fetch;
  /**
   * Runs a task at its moment, once for each try. Its result or error is read for a status and headers; without them it
   * counts as accepted. Resolves with the last result, rejects with the task's own last error, or with a `SluiceError`
   * where sluice itself gave up.
   */
  schedule<T>(task: (attempt: Attempt) => PromiseLike<T>, options?: RequestOptions): Promise<T>;
  /** Governs one cold request observable: subscribes at its moment, and again for each try, until a value was handed on. */
  wrap<T>(request$: Observable<T>, options?: RequestOptions): Observable<T>;
  /** An operator that sends one governed request for each input, and hands on the results as they come. */
  pace<In, Out>(project: PaceProject<In, Out>, options?: PaceOptions<In, Out>): OperatorFunction<In, Out>;
  /** Sends one governed request for each input of a stream of any length, in constant memory. */
  map<In, Out>(
    inputs: Iterable<In> | AsyncIterable<In> | ReadableStream<In>,
    project: (input: In, attempt: Attempt) => PromiseLike<Out>,
    options?: PaceOptions<In, Out>,
  ): AsyncIterableIterator<Out>;
  /** What to spread into an SDK's constructor: this `fetch`, no retries of its own, and a clock that doesn't run while we wait. */
  sdkOptions(): {
    /** This sluice's. */
    fetch: typeof globalThis.fetch;
    /** Ours are enough: two retriers multiply. */
    maxRetries: 0;
    /** A day, in milliseconds: an SDK's own clock runs while a request waits. */
    timeout: number;
  };
  /**
   * Calls a function; every governed request inside it, however deep in an SDK, takes these options.
   * @throws SluiceError `ERR_SLUICE_OPTION` where the platform has no AsyncLocalStorage.
   */
  with<T>(options: RequestOptions, fn: () => T): T;
  /**
   * All that happens, as plain data. Costs nothing while nobody listens; completes on `close`. Where there is
   * `node:diagnostics_channel`, the same events of every sluice of the process are published on its channel `sluice:event`.
   */
  readonly event$: Observable<SluiceEvent>;
  /** How every budget stands now. */
  budgets(): readonly BudgetSnapshot[];
  /** Holds a key, whether it was used already or not, or all of them. What is in flight goes on, what is new waits. */
  pause(key?: string): void;
  /** Lets a key go on, or all of them, those that were paused by name too. */
  resume(key?: string): void;
  /**
   * Caps a key's requests a second, in (0, 1e9], whether it was used already or not; `undefined` takes the cap off. The
   * control learns nothing of it.
   */
  cap(key: string, ratePerSecond: number | undefined): void;
  /** What was learnt, as JSON: `createSluice({ state })` starts warm from it. */
  snapshot(): SluiceState;
  /**
   * Refuses what waits with `ERR_SLUICE_CLOSED`, and resolves once what is in flight has ended and, where there is a store, its parts
   * of the limits are given back, which no store can hold up for more than a second or two; `abort` ends what is in flight, and waits for nothing.
   * A response whose body nobody reads is still in flight: read it, cancel it, or close with `abort`.
   * `await using` calls it.
   */
  close(options?: { readonly abort?: boolean }): Promise<void>;
}

/**
 * Makes a sluice. It needs no configuration: limits are found from headers and refusals.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` naming the option, its range and the value that was given.
 */
export function createSluice(options?: SluiceOptions): Sluice {
  const complete = completeOptions(options);
  const loop = new Loop(complete, new Reader(complete.provider));
  const ambient = new Ambient();
  const parts = { submitter: loop, options: complete, ambient };
  const bounded = { submitter: loop, clock: complete.clock, usual: termsByDefault(complete), isQueueBounded: true };
  const unbounded = { ...bounded, isQueueBounded: false };
  /** What `with` gave, under what the call itself says. */
  const surrounded = <Options extends object>(own: Options): Options => {
    const { options: outer } = ambient.current();
    return outer === undefined ? own : mergedOptions(outer, own);
  };
  let governedFetch: typeof globalThis.fetch | undefined;
  let closing: Promise<void> | undefined;

  const sluice: Sluice = {
    get fetch() {
      governedFetch ??= createFetch(parts);
      return governedFetch;
    },
    schedule: createSchedule(parts),
    map: createMap(parts),
    wrap: (request$, own = {}) => wrap(() => request$, surrounded(checkRequestOptions(own)), bounded),
    pace: (project, own = {}) => pace(project, surrounded(checkPaceOptions(own)), unbounded),
    sdkOptions: () => sdkOptionsFor(sluice.fetch),
    with: (own, fn) => ambient.with(checkRequestOptions(own), fn),
    event$: loop.event$,
    budgets: () => loop.budgets(),
    pause: (key) => loop.pause(key === undefined ? undefined : checkKey(key)),
    resume: (key) => loop.resume(key === undefined ? undefined : checkKey(key)),
    cap: (key, ratePerSecond) => loop.cap(checkKey(key), checkCap(ratePerSecond)),
    snapshot: () => loop.snapshot(),
    close: ({ abort = false } = {}) => {
      // A second call may still be the one that says `abort`.
      const closed = new Promise<void>((resolve) => loop.close(abort, resolve));
      closing = Promise.all([closing, closed]).then(() => undefined);
      return closing;
    },
    [Symbol.asyncDispose]: () => sluice.close(),
  };
  keepParts(sluice, parts);
  return sluice;
}
