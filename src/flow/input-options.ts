import type { PaceOptions, RequestOptions } from "../options.js";

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
