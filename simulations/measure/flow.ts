import { OUTCOMES, type Recording } from "../world/log.js";
import type { Span } from "../world/span.js";
import { limitWithin } from "./limit.js";
import { tallyOf } from "./tally.js";

const COV_BIN_MS = 5_000;
const OVERSHOOT_WINDOW_MS = 1_000;

/** How unevenly it sends: standard deviation over mean of the sends in bins of 5 s. */
export function unevenness(recording: Recording, { fromMs, untilMs }: Span): number {
  const tally = tallyOf(recording);
  const bins = Math.floor((untilMs - fromMs) / COV_BIN_MS);
  let sum = 0;
  let squares = 0;
  for (let bin = 0; bin < bins; bin++) {
    const startMs = fromMs + bin * COV_BIN_MS;
    const sent = tally.count("sent", { fromMs: startMs, untilMs: startMs + COV_BIN_MS });
    sum += sent;
    squares += sent * sent;
  }
  const mean = sum / bins;
  return Math.sqrt(Math.max(0, squares / bins - mean * mean)) / mean;
}

/** By how much the sends of any second go beyond what the limit lets through in it, as a part of that; 0 where they never do. */
export function overshootOf(recording: Recording, { fromMs, untilMs }: Span): number {
  const tally = tallyOf(recording);
  let most = Number.NaN;
  for (let startMs = fromMs; startMs + OVERSHOOT_WINDOW_MS <= untilMs; startMs += OVERSHOOT_WINDOW_MS) {
    const window = { fromMs: startMs, untilMs: startMs + OVERSHOOT_WINDOW_MS };
    const allowed = limitWithin(recording, window);
    if (!(allowed > 0)) continue;
    const beyond = Math.max(0, tally.count("sent", window) - allowed) / allowed;
    if (!(beyond <= most)) most = beyond;
  }
  return most;
}

/** The most refusals of any stretch of this length. */
export function mostRefused(recording: Recording, span: Span, lengthMs: number): number {
  const sentAtMs = recording.tries.sentAtMs.view();
  const tally = tallyOf(recording);
  const { from, until } = tally.rows(span);
  let most = 0;
  for (let row = from; row < until; row++) {
    // The worst stretch begins with a refusal: no other need be tried.
    if (tally.isRefused(row)) {
      const startMs = sentAtMs[row] ?? 0;
      const endMs = Math.min(span.untilMs, startMs + lengthMs);
      most = Math.max(most, tally.count("refused", { fromMs: startMs, untilMs: endMs }));
    }
  }
  return most;
}

/** What each client got accepted in a span. */
export function acceptedByClient(recording: Recording, span: Span): number[] {
  const { from, until } = tallyOf(recording).rows(span);
  const accepted = OUTCOMES.indexOf("accepted");
  const clients = recording.tries.client.view();
  const outcomes = recording.tries.outcome.view();
  const counts = new Array<number>(recording.clients).fill(0);
  for (let row = from; row < until; row++) {
    const client = clients[row] ?? 0;
    if (outcomes[row] === accepted) counts[client] = (counts[client] ?? 0) + 1;
  }
  return counts;
}
