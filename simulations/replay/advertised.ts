import type { Quota } from "../../src/signal/signal.js";
import type { LimitStep } from "./segments.js";
import type { TracedTry } from "./trace.js";

/** What headers told of the limit of requests. */
export interface Advertised {
  readonly steps: readonly LimitStep[];
  /** Of the window that the limit counts. */
  readonly windowMs: number;
  /** When a window ended, where resets tell: it is the instant that they agree on. */
  readonly resetAtMs: number | undefined;
  /** The limit of tokens that was told last. */
  readonly tokensPerSecond: number | undefined;
}

/** A limit that moved by less is rounded, not moved. */
const SAME = 0.02;

/** The limit of requests over time, as headers told it; undefined where they didn't. */
export function advertisedLimit(tries: readonly TracedTry[]): Advertised | undefined {
  const steps: LimitStep[] = [];
  let windowMs = 0;
  let resetAtMs: number | undefined;
  let tokensPerSecond: number | undefined;
  for (const { response } of tries) {
    if (response === undefined) continue;
    const tokens = response.quotas.find(({ dimension, scope }) => dimension === "tokens" && scope === undefined);
    if (tokens?.limit !== undefined && tokens.windowMs !== undefined && tokens.windowMs > 0) {
      tokensPerSecond = (tokens.limit * 1_000) / tokens.windowMs;
    }
    const quota = response.quotas.find(isOfRequests);
    if (quota?.limit === undefined || quota.windowMs === undefined || quota.windowMs <= 0) continue;
    if (quota.limit <= 0) continue;
    const requestsPerSecond = (quota.limit * 1_000) / quota.windowMs;
    windowMs = quota.windowMs;
    if (quota.resetInMs !== undefined) resetAtMs = response.atMs + quota.resetInMs;
    const before = steps.at(-1);
    if (before !== undefined && Math.abs(requestsPerSecond / before.requestsPerSecond - 1) < SAME) continue;
    // What a response tells was so when its request came.
    const atMs = before === undefined ? 0 : response.atMs - response.latencyMs;
    if (before === undefined || atMs > before.atMs) steps.push({ atMs, requestsPerSecond });
  }
  return steps.length === 0 ? undefined : { steps, windowMs, resetAtMs, tokensPerSecond };
}

function isOfRequests({ dimension, scope }: Quota): boolean {
  return dimension === "requests" && scope === undefined;
}
