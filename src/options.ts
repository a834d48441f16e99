import type { ObservableInput } from "rxjs";
import type { Clock } from "./clock.js";
import type { Cost } from "./cost.js";
import type { Dialect } from "./dialect/dialect.js";
import type { Random } from "./random.js";
import type { ResponseFacts } from "./signal/signal.js";

/** How one request is to be governed. All optional. */
export interface RequestOptions {
  /** Whose budget this draws on. Default for `fetch`: origin, credential fingerprint and model; elsewhere `"default"`. */
  readonly key?: string;
  /** Estimated spend beside the one request, such as `{ tokens: 900 }`. Finite numbers, 0 or more. */
  readonly cost?: Cost;
  /** Higher goes first. Default 0. Waiting raises it, so that nothing starves. */
  readonly priority?: number;
  /** Tenants of one key share its rate fairly, whatever the backlog of each. */
  readonly tenant?: string;
  /** Milliseconds since the call, waits and tries included. What can't make it fails at once with `ERR_SLUICE_DEADLINE`. */
  readonly deadlineMs?: number;
  /** Longest wait in the queue, in milliseconds; `ERR_SLUICE_WAIT` beyond. */
  readonly waitMaxMs?: number;
  /** Milliseconds for one try, from when it is really sent; `ERR_SLUICE_TIMEOUT` beyond. */
  readonly attemptTimeoutMs?: number;
  /** Aborts the request, queued or in flight, with the signal's own reason. */
  readonly signal?: AbortSignal;
  /** Where the status and headers are in a result or error, if sluice can't see them itself. */
  readonly facts?: (resultOrError: unknown) => ResponseFacts | undefined;
}

/** Governs each input of a stream: `key`, `cost`, `priority`, `tenant` and `deadlineMs` may be functions of the input. */
export interface PaceOptions<In, Out>
  extends Omit<RequestOptions, "key" | "cost" | "priority" | "tenant" | "deadlineMs"> {
  readonly key?: string | ((input: In) => string);
  readonly cost?: Cost | ((input: In) => Cost);
  readonly priority?: number | ((input: In) => number);
  readonly tenant?: string | ((input: In) => string);
  readonly deadlineMs?: number | ((input: In) => number);
  /** Results in the order of the inputs; default: as they complete. */
  readonly ordered?: boolean;
  /** Results held for the order's sake or for a slow reader. Default 1,000. */
  readonly bufferMax?: number;
  /** Called for a final failure: what it returns takes the result's place, `undefined` skips it. Without it the first one ends the stream. */
  readonly onFailure?: (error: unknown, input: In) => Out | undefined;
}

export type { Clock, Dialect, ObservableInput, Random };
