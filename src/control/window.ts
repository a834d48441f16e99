import type { ResetState } from "./reset.js";

/** Grace after a window's supposed end before the new one is believed in, in seconds. */
const GRACE = 0.01;

/** When the present window truly ends, as far as is known. */
export function windowEnd(reset: ResetState): number | null {
  return reset.end === null ? null : reset.end + reset.skew;
}

/** The state in the window that `now` lies in: the same object while the present one lasts. */
export function rollWindow(reset: ResetState, now: number): ResetState {
  const end = windowEnd(reset);
  if (reset.end === null || end === null || now < end + GRACE) return reset;
  if (reset.window === null) return { ...reset, end: null };
  // A closed form: a client may have been idle for a million windows.
  const passed = Math.floor((now - end - GRACE) / reset.window) + 1;
  return { ...reset, end: reset.end + passed * reset.window };
}
