import type { Recording } from "../world/log.js";
import type { Span } from "../world/span.js";
import { quantile } from "./quantile.js";
import { firstNotBefore, type Rows, tallyOf } from "./tally.js";

/** Waits before first tries that were sent in a span, in milliseconds, sorted. */
export function waits({ tries }: Recording, { from, until }: Rows, isOne?: (request: number) => boolean): Float64Array {
  const attempts = tries.attempt.view();
  const waitsMs = tries.waitMs.view();
  const requests = tries.request.view();
  const found = new Float64Array(until - from);
  let length = 0;
  for (let row = from; row < until; row++) {
    if (attempts[row] !== 1 || isOne?.(requests[row] ?? 0) === false) continue;
    found[length++] = waitsMs[row] ?? 0;
  }
  return found.subarray(0, length).sort();
}

const waitsOfAll = new WeakMap<Recording, Map<string, Float64Array>>();

/** The quantile of {@link waits}. Tables ask for several of the same span: it is sorted once. */
export function waitQuantile(recording: Recording, span: Span, share: number): number {
  const known = waitsOfAll.get(recording) ?? new Map<string, Float64Array>();
  waitsOfAll.set(recording, known);
  const rows = tallyOf(recording).rows(span);
  const name = `${rows.from} ${rows.until}`;
  const sorted = known.get(name) ?? waits(recording, rows);
  known.set(name, sorted);
  return quantile(sorted, share);
}

/** The same of the requests with the highest priority; NaN where all have the same. */
export function urgentWaitQuantile(recording: Recording, span: Span, share: number): number {
  const priorities = recording.requests.priority.view();
  let highest = Number.NEGATIVE_INFINITY;
  let lowest = Number.POSITIVE_INFINITY;
  for (const priority of priorities) {
    if (priority > highest) highest = priority;
    if (priority < lowest) lowest = priority;
  }
  if (highest <= lowest) return Number.NaN;
  const isUrgent = (request: number): boolean => priorities[request] === highest;
  return quantile(waits(recording, tallyOf(recording).rows(span), isUrgent), share);
}

/** The longest that a request of a span has waited for its first try, those that never had one until the span's end included. */
export function longestWait(recording: Recording, span: Span): number {
  const { requests, tries } = recording;
  const askedAtMs = requests.askedAtMs.view();
  const endedAtMs = requests.endedAtMs.view();
  const until = firstNotBefore(askedAtMs, span.untilMs);
  const triedAtMs = new Float64Array(until).fill(Number.POSITIVE_INFINITY);
  const attempts = tries.attempt.view();
  const requestOf = tries.request.view();
  const sentAtMs = tries.sentAtMs.view();
  for (let row = 0; row < attempts.length; row++) {
    if (attempts[row] === 1) triedAtMs[requestOf[row] ?? 0] = sentAtMs[row] ?? 0;
  }
  let longest = Number.NaN;
  for (let request = firstNotBefore(askedAtMs, span.fromMs); request < until; request++) {
    // NaN while open: a comparison with it is never true.
    const endedMs = endedAtMs[request] ?? Number.NaN;
    const triedMs = Math.min(triedAtMs[request] ?? 0, span.untilMs);
    const waitMs = (endedMs < triedMs ? endedMs : triedMs) - (askedAtMs[request] ?? 0);
    if (!(waitMs <= longest)) longest = waitMs;
  }
  return longest;
}
