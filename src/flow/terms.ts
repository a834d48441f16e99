import type { CompleteOptions } from "../complete.js";
import type { Cost } from "../cost.js";
import type { RequestOptions } from "../options.js";

/** What is asked of a request and rarely said. Shared by all that say nothing, so that a waiting one stays small. */
export interface Terms {
  readonly deadlineMs: number;
  readonly waitMaxMs: number;
  readonly attemptTimeoutMs: number;
  readonly tenant: string | undefined;
  readonly abort: AbortSignal | undefined;
  readonly facts: RequestOptions["facts"];
  /** The options that `with` gave to the caller's surroundings. */
  readonly ambient: RequestOptions | undefined;
}

/** One request, and nothing else. */
export const NO_COST: Cost = Object.freeze({});

/** The terms of all that say nothing. */
export function termsByDefault(options: CompleteOptions): Terms {
  return {
    deadlineMs: options.deadlineMs ?? Infinity,
    waitMaxMs: options.queue.waitMaxMs ?? Infinity,
    attemptTimeoutMs: options.attemptTimeoutMs,
    tenant: undefined,
    abort: undefined,
    facts: undefined,
    ambient: undefined,
  };
}

/** The terms that a request's options make; `usual` itself where they make none. */
export function termsOf(options: RequestOptions, usual: Terms, ambient: RequestOptions | undefined): Terms {
  const { tenant, deadlineMs, waitMaxMs, attemptTimeoutMs, signal, facts } = options;
  if (
    ambient === undefined &&
    tenant === undefined &&
    deadlineMs === undefined &&
    waitMaxMs === undefined &&
    attemptTimeoutMs === undefined &&
    signal === undefined &&
    facts === undefined
  ) {
    return usual;
  }
  return {
    tenant,
    deadlineMs: deadlineMs ?? usual.deadlineMs,
    waitMaxMs: waitMaxMs ?? usual.waitMaxMs,
    attemptTimeoutMs: attemptTimeoutMs ?? usual.attemptTimeoutMs,
    abort: signal,
    facts,
    ambient,
  };
}
