import { type LoggedOutcome, OUTCOMES, type Recording } from "../world/log.js";
import type { Span } from "../world/span.js";

/** Tries sent in a span whose outcome is one of these. */
export function countTries(
  { tries }: Recording,
  { fromMs, untilMs }: Span,
  outcomes: ReadonlySet<LoggedOutcome>,
): number {
  const wanted = OUTCOMES.map((each) => outcomes.has(each));
  let count = 0;
  for (let row = 0; row < tries.length; row++) {
    const sentAtMs = tries.sentAtMs.at(row);
    if (sentAtMs >= fromMs && sentAtMs < untilMs && wanted[tries.outcome.at(row)] === true) count++;
  }
  return count;
}

const ACCEPTED: ReadonlySet<LoggedOutcome> = new Set(["accepted"]);
const REFUSED: ReadonlySet<LoggedOutcome> = new Set(["throttled", "overloaded", "saturated", "failed", "silent"]);
const ATTEMPTS: ReadonlySet<LoggedOutcome> = new Set([...ACCEPTED, ...REFUSED, "abandoned"]);

export const accepted = (recording: Recording, span: Span): number => countTries(recording, span, ACCEPTED);
export const refusals = (recording: Recording, span: Span): number => countTries(recording, span, REFUSED);
export const attempts = (recording: Recording, span: Span): number => countTries(recording, span, ATTEMPTS);

/** Waits before first tries of a span, in milliseconds, in the order in which they were sent. */
export function waits({ tries }: Recording, { fromMs, untilMs }: Span): number[] {
  const found: number[] = [];
  for (let row = 0; row < tries.length; row++) {
    const sentAtMs = tries.sentAtMs.at(row);
    if (tries.attempt.at(row) === 1 && sentAtMs >= fromMs && sentAtMs < untilMs) found.push(tries.waitMs.at(row));
  }
  return found;
}

/** The nearest-rank quantile; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
