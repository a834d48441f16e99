import { catchError, EMPTY, mergeMap, type Observable, type ObservableInput, type OperatorFunction, of } from "rxjs";
import { DEFAULTS } from "../defaults.js";
import type { PaceOptions, RequestOptions } from "../options.js";
import type { Attempt } from "./job.js";
import { mergeInOrder } from "./order.js";
import { type WrapParts, wrap } from "./wrap.js";

/** Makes one try of the request for an input. */
export type PaceProject<In, Out> = (input: In, attempt: Attempt) => ObservableInput<Out>;

/**
 * Sends one governed request for each input of a stream, and hands on the results: as they complete, or in the order of
 * the inputs. The first final failure ends the stream, unless `onFailure` says what takes its place.
 */
export function pace<In, Out>(
  project: PaceProject<In, Out>,
  options: PaceOptions<In, Out>,
  parts: WrapParts,
): OperatorFunction<In, Out> {
  const { onFailure, ordered, bufferMax = DEFAULTS.bufferMax } = options;
  const requestOf = (input: In): Observable<Out> => {
    const request$ = wrap((attempt) => project(input, attempt), requestOptionsOf(options, input), parts);
    return onFailure === undefined ? request$ : request$.pipe(catchError((error) => replaced(onFailure(error, input))));
  };
  return ordered === true ? mergeInOrder(requestOf, bufferMax) : mergeMap(requestOf);
}

function replaced<Out>(value: Out | undefined): Observable<Out> {
  return value === undefined ? EMPTY : of(value);
}

/** The options of one input's request. */
export function requestOptionsOf<In, Out>(options: PaceOptions<In, Out>, input: In): RequestOptions {
  const { key, cost, priority, tenant, deadlineMs, waitMaxMs, attemptTimeoutMs, signal, facts } = options;
  return {
    key: typeof key === "function" ? key(input) : key,
    cost: typeof cost === "function" ? cost(input) : cost,
    priority: typeof priority === "function" ? priority(input) : priority,
    tenant: typeof tenant === "function" ? tenant(input) : tenant,
    deadlineMs: typeof deadlineMs === "function" ? deadlineMs(input) : deadlineMs,
    waitMaxMs,
    attemptTimeoutMs,
    signal,
    facts,
  };
}
