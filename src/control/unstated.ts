import type { QuotaReading, QuotaStamp } from "./quota-state.js";
import { copyOfReset, type ResetSample, type ResetState } from "./reset.js";

/** One header of a window whose end it doesn't tell, as if it had told it. */
export interface ImpliedSample {
  readonly reset: ResetState;
  readonly sample: ResetSample;
  /** Whether it is the first to show when windows begin: what was supposed before is void. */
  readonly isFound: boolean;
}

/** A rise by less than this share of the limit, between two requests sent so close, may be that they overtook each other. */
const RISE_SHARE = 0.02;
const OVERTAKING_SECONDS = 0.5;
/** A rise this far from where the window's end was expected is another rhythm, in seconds. */
const RHYTHM_SECONDS = 2.5;
/** A request that first meets the new window was sent so long before it got there, in seconds. */
const UPLINK = 0.02;

/** Whether a fixed window's headers leave out when it ends, which then shows in what they do say. */
export function isEndUnstated({ kind, isKindTold, window, isWindowTold }: ResetState, reading: QuotaReading): boolean {
  return reading.resetIn === undefined && kind === "window" && isKindTold && isWindowTold && (window ?? 0) > 5;
}

/** Whether the end is no more than the latest that it can be: nobody has seen a window begin yet. */
export function isEndSupposed({ kind, end, statedEnd, previous }: ResetState): boolean {
  return kind === "window" && end !== null && statedEnd === null && previous !== null;
}

/**
 * Where `remaining` rises, a window has begun between the two requests. Until that was seen once, the first answer's
 * window is supposed to have begun with it: so much time it has left at most.
 */
export function implyReset(
  known: ResetState,
  { sentAt }: QuotaStamp,
  told: { readonly limit: number; readonly remaining: number },
): ImpliedSample {
  const { previous } = known;
  const window = known.window ?? 60;
  const gap = previous === null ? window : sentAt - previous.sentAt;
  const overtaken = gap < OVERTAKING_SECONDS ? RISE_SHARE * told.limit : 0;
  const hasRisen = previous !== null && told.remaining > previous.remaining + Math.max(1, overtaken);
  const sampleUntil = (end: number): ResetSample => ({ sentAt, ...told, resetIn: Math.max(0, end - sentAt) });
  if (hasRisen && gap < 0.5 * window) {
    // Late rather than early: the requests sent around a late end tell it finely, those after an early one are refused.
    const end = sentAt + UPLINK + window;
    const expected = nearestEnd(known, end - gap / 2);
    const early = end - gap - (expected + known.skew);
    if (known.statedEnd !== null && early < RHYTHM_SECONDS && early + gap > -RHYTHM_SECONDS) {
      return { reset: known, sample: sampleUntil(expected), isFound: false };
    }
    const reset = copyOfReset(known);
    reset.end = end;
    reset.statedEnd = end;
    reset.statedCount = 1;
    reset.skew = 0;
    return { reset, sample: sampleUntil(end), isFound: true };
  }
  if (known.end === null)
    return { reset: { ...known, end: sentAt + window }, sample: sampleUntil(sentAt + window), isFound: false };
  return { reset: known, sample: sampleUntil(endFor(known, sentAt, hasRisen)), isFound: false };
}

/** The end of the window that a request met which was sent then: an old one that still shows a little late. */
function endFor({ previous, end, window, skew }: ResetState, sentAt: number, hasRisen: boolean): number {
  const last = previous === null ? null : previous.sentAt + previous.resetIn;
  if (last !== null && !hasRisen && sentAt < last + skew + RHYTHM_SECONDS) return last;
  const length = window ?? 60;
  const known = end ?? sentAt + length;
  return known - length * Math.floor((known - sentAt) / length);
}

function nearestEnd({ end, window }: ResetState, wanted: number): number {
  const length = window ?? 60;
  return end === null ? wanted : end + length * Math.round((wanted - end) / length);
}
