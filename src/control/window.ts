import type { ResetSample, ResetState } from "./reset.js";

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

/** What a header told of the window that its request fell into. */
export interface WindowReading {
  readonly reset: ResetState;
  /** Whether its request was sent in the window that is now current. */
  readonly isCurrent: boolean;
  /** Whether it moved the end on by a window, without the clock having passed the old one. */
  readonly hasSlipped: boolean;
}

/** A window can only have begun so much earlier or later than its headers said, in seconds. */
const SKEW_MAX = 2.5;
/** A request that first meets the new window was sent so long before it got there, in seconds. */
const UPLINK = 0.02;

/** Learns when the window ends from one header: `s + reset`, averaged, since it may be rounded either way. */
export function readWindow(reset: ResetState, sample: ResetSample, now: number): WindowReading {
  const stated = sample.sentAt + sample.resetIn;
  const learnt = learnSkew(reset, sample, stated);
  const mean = averageEnd(learnt, stated);
  const rolled = rollWindow({ ...mean, end: mean.statedEnd }, now);
  const { window } = rolled;
  const end = windowEnd(rolled);
  return {
    reset: rolled,
    isCurrent: window === null || end === null || sample.sentAt >= end - window,
    hasSlipped: window !== null && reset.end !== null && rolled.end !== null && rolled.end - reset.end > 0.5 * window,
  };
}

/** When `remaining` rises between two requests, the true reset lies between their sends. */
function learnSkew(reset: ResetState, sample: ResetSample, stated: number): ResetState {
  const { previous, window } = reset;
  if (previous === null || window === null || sample.sentAt <= previous.sentAt) return reset;
  if (sample.remaining <= previous.remaining + Math.max(1, 0.02 * sample.limit)) return reset;
  const begun = { ...reset, statedEnd: null, statedCount: 0 };
  const gap = sample.sentAt - previous.sentAt;
  if (gap / 2 >= Math.max(0.6, 0.01 * window)) return begun;
  const witnessed = sample.sentAt + UPLINK;
  const expected = reset.statedEnd ?? stated - window;
  const late = witnessed - expected;
  const error = late - window * Math.round(late / window);
  if (Math.abs(error) >= SKEW_MAX) return begun;
  const gain = reset.jumps === 0 ? 0.8 : 0.3;
  return { ...begun, jumps: reset.jumps + 1, skew: reset.skew + gain * (error - reset.skew) };
}

function averageEnd(reset: ResetState, stated: number): ResetState {
  const tolerance = Math.max(2, 0.2 * (reset.window ?? 60));
  if (reset.statedEnd === null || Math.abs(stated - reset.statedEnd) > tolerance) {
    return { ...reset, statedEnd: stated, statedCount: 1 };
  }
  const statedCount = Math.min(50, reset.statedCount + 1);
  return { ...reset, statedCount, statedEnd: reset.statedEnd + (stated - reset.statedEnd) / statedCount };
}
