import type { Span } from "../world/span.js";
import { jainIndex, sharesWithin } from "./fairness.js";
import { limitAt } from "./limit.js";
import { type Measured, possibleWithin } from "./measured.js";
import { tallyOf } from "./tally.js";

/** Windows are tried a second apart. */
const STEP_MS = 1_000;
export const REACH_WINDOW_MS = 10_000;
const REACHED = 0.9;
export const FAIR_WINDOW_MS = 30_000;
const FAIR = 0.95;
export const CALM_WINDOW_MS = 5_000;
const CALM = 0.1;
/** A limit that moved by less than this part has not moved. */
const MOVED = 0.01;

/**
 * Milliseconds from the span's start to the first 10 s with at least 90 % of the limit accepted: to the start of these
 * 10 s. The length of the span where that never happens, so that a mean over seeds stays a number.
 */
export function reachMs(measured: Measured, span: Span): number {
  const tally = tallyOf(measured.recording);
  return firstWindow(span, REACH_WINDOW_MS, (window) => {
    const possible = possibleWithin(measured, window);
    return possible > 0 && tally.count("accepted", window) >= REACHED * possible;
  });
}

/** The same to the first 5 s in which something is sent and less than a tenth of it is refused. */
export function calmMs({ recording }: Measured, span: Span): number {
  const tally = tallyOf(recording);
  return firstWindow(span, CALM_WINDOW_MS, (window) => {
    const sent = tally.count("sent", window);
    return sent > 0 && tally.count("refused", window) < CALM * sent;
  });
}

/** The same to the first 30 s in which Jain's index of those who are there is 0.95; NaN where only one is. */
export function fairMs(measured: Measured, span: Span): number {
  if (sharesWithin(measured, span).length < 2) return Number.NaN;
  return firstWindow(span, FAIR_WINDOW_MS, (window) => jainIndex(sharesWithin(measured, window)) >= FAIR);
}

/** How the limit moved at the start of a span. */
export function moveAt({ recording, scenario }: Measured, { fromMs }: Span): "up" | "down" | "none" {
  const settledMs = Math.min(fromMs + STEP_MS, scenario.durationMs);
  const before = limitAt(recording, fromMs - STEP_MS);
  const after = limitAt(recording, settledMs);
  if (after > before * (1 + MOVED)) return "up";
  return after < before * (1 - MOVED) ? "down" : "none";
}

function firstWindow({ fromMs, untilMs }: Span, lengthMs: number, isIt: (window: Span) => boolean): number {
  for (let startMs = fromMs; startMs + lengthMs <= untilMs; startMs += STEP_MS) {
    if (isIt({ fromMs: startMs, untilMs: startMs + lengthMs })) return startMs - fromMs;
  }
  return untilMs - fromMs;
}
