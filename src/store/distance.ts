import type { Clock } from "../clock.js";

const ROUND_TRIP_GAIN = 0.2;
/** Part of the way there and back by which the store's time is taken for earlier: its answer took some of that. */
const BEHIND = 0.15;

/** How far away a store is, in time, and by how much its clock is ahead of the process'. */
export class Distance {
  /** Milliseconds by which the store's time is ahead. Never too many, so that nobody is ahead of the store. */
  offsetMs: number;
  /** There and back, in milliseconds, smoothed. */
  roundTripMs = 0;

  constructor(clock: Clock) {
    this.offsetMs = clock.wallNow() - clock.now();
  }

  /** It has answered, at `nowMs` and `rttMs` after it was asked, what its time is. */
  measure(storeMs: number, nowMs: number, rttMs: number): void {
    this.offsetMs = storeMs - BEHIND * rttMs - nowMs;
    this.roundTripMs += ROUND_TRIP_GAIN * (rttMs - this.roundTripMs);
  }
}
