import { isWindowSure } from "./length.js";
import { copyOfReset, type ResetSample, type ResetState } from "./reset.js";

/** Grace after a window's supposed end before the new one is believed in, in seconds. */
const GRACE = 0.01;

/** How close to a window's edge, in seconds or as a share of the window, a refusal may be one of a late reset. */
const EDGE_SECONDS = 2.5;
const EDGE_SHARE = 0.1;

/** A stated reset is early by so much at most, in seconds: rounded down to whole ones, or by the request's way alone. */
const LATEST_WHOLE = 1.1;
const LATEST_EXACT = 0.1;

/** Whether a request sent then was so close to a window's edge that it may have fallen into the other window. */
export function isAtEdge(reset: ResetState, sentAt: number): boolean {
  const end = windowEnd(reset);
  if (reset.kind !== "window" || end === null || reset.window === null) return false;
  const reach = Math.min(EDGE_SECONDS, EDGE_SHARE * reset.window);
  return Math.abs(sentAt - end) < reach || Math.abs(sentAt - (end - reset.window)) < reach;
}

/** When the present window truly ends, as far as is known. */
export function windowEnd(reset: ResetState): number | null {
  return reset.end === null ? null : reset.end + reset.skew;
}

/** When the window that this answer met has ended at the latest, by its own word, its rounding and its way included. */
export function latestEnd(reset: ResetState, sample: ResetSample): number {
  return sample.sentAt + sample.resetIn + (reset.isWhole ? LATEST_WHOLE : LATEST_EXACT);
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
/** A reset known this closely, in seconds, is known well enough: looking closer would buy refusals. */
const GAP_FINE = 0.15;
/** Headers averaged over; and how far, in seconds, two may lie apart that are rounded to whole seconds, or aren't. */
const AVERAGED_MAX = 50;
const ROUNDING = 2;
const JITTER = 0.5;
/** Rounding, and the time that a request takes to the server. */
const ROUNDING_MAX = ROUNDING + 0.1;

/** Learns when the window ends from one header: `s + reset`, averaged, since it may be rounded either way. */
export function readWindow(reset: ResetState, sample: ResetSample, now: number): WindowReading {
  const stated = sample.sentAt + sample.resetIn;
  const learnt = seeBegin(reset, sample, stated);
  const mean = averageEnd(learnt, stated);
  const restated = copyOfReset(mean);
  restated.end = mean.seenEnd === null ? mean.statedEnd : mean.seenEnd - mean.skew;
  const rolled = rollWindow(restated, now);
  const { window } = rolled;
  const end = windowEnd(rolled);
  return {
    reset: rolled,
    // The send that a window was seen to begin with came a moment before it.
    isCurrent: window === null || end === null || sample.sentAt >= end - window - UPLINK,
    hasSlipped: window !== null && reset.end !== null && rolled.end !== null && rolled.end - reset.end > 0.5 * window,
  };
}

/** When `remaining` rises between two requests, the true reset lies between their sends. */
function seeBegin(reset: ResetState, sample: ResetSample, stated: number): ResetState {
  const { previous, window } = reset;
  if (previous === null || window === null || sample.sentAt <= previous.sentAt) return reset;
  // Two that name the same end met the same window: the older one was overtaken on its way to the server.
  const moved = stated - (previous.sentAt + previous.resetIn);
  if (window > 2 * ROUNDING && moved < 0.5 * window) return reset;
  if (sample.remaining <= previous.remaining + Math.max(1, 0.02 * sample.limit)) return reset;
  const gap = sample.sentAt - previous.sentAt;
  if (gap / 2 >= Math.max(0.6, 0.01 * window)) return reset;
  const seen = learnSkew(reset, sample, gap, reset.statedEnd ?? stated - window);
  if (!isWindowSure(reset) || window <= 2 * ROUNDING) return seen;
  const seenEnd = beginOf(reset, previous.sentAt, sample.sentAt) + window;
  return Math.abs(stated - seenEnd) <= ROUNDING_MAX ? { ...seen, seenEnd } : seen;
}

/**
 * When the window began that was met by one of two sends and not by the other: with the first that met it, if that came as
 * soon as the reset was due. A limiter may well begin its windows with a request.
 */
function beginOf(reset: ResetState, before: number, sentAt: number): number {
  const end = windowEnd(reset);
  const due =
    end === null || reset.window === null ? sentAt : end - reset.window * Math.round((end - sentAt) / reset.window);
  if (due > before && due < sentAt - GAP_FINE) return due;
  return sentAt + UPLINK;
}

function learnSkew(reset: ResetState, { sentAt }: ResetSample, gap: number, expected: number): ResetState {
  const window = reset.window ?? 60;
  // The first request to meet the new window was late by the wait that we chose: a wide gap pulls the next one forward.
  const late = sentAt + UPLINK - Math.max(0, gap - GAP_FINE) / 2 - expected;
  const error = late - window * Math.round(late / window);
  if (Math.abs(error) >= SKEW_MAX) return reset;
  const gain = reset.jumps === 0 ? 0.8 : 0.3;
  return { ...reset, jumps: reset.jumps + 1, skew: reset.skew + gain * (error - reset.skew) };
}

/** Rounding and jitter average out over many headers, of earlier windows too; a larger difference is another rhythm. */
function averageEnd(reset: ResetState, stated: number): ResetState {
  const { window, statedEnd } = reset;
  const passed = window === null || statedEnd === null ? 0 : window * Math.round((stated - statedEnd) / window);
  const error = statedEnd === null ? 0 : stated - (statedEnd + passed);
  const next = copyOfReset(reset);
  next.seenEnd = stillSeen(reset, stated);
  if (statedEnd === null || Math.abs(error) > (reset.isWhole ? ROUNDING : JITTER)) {
    next.statedEnd = stated;
    next.statedCount = 1;
    return next;
  }
  next.statedCount = Math.min(AVERAGED_MAX, reset.statedCount + 1);
  next.statedEnd = statedEnd + passed + error / next.statedCount;
  return next;
}

/** The end of the window that was seen to begin, or of one after it, while headers agree with it but for their rounding. */
function stillSeen({ seenEnd, window, isWhole }: ResetState, stated: number): number | null {
  if (seenEnd === null || window === null) return null;
  const end = seenEnd + window * Math.round((stated - seenEnd) / window);
  return Math.abs(stated - end) <= (isWhole ? ROUNDING_MAX : JITTER) ? end : null;
}
