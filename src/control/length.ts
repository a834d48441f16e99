import type { ResetSample, ResetState } from "./reset.js";

/**
 * How long a window is that no header and no documentation states. What a limit counts by is a usual number of seconds, most
 * often: of a bucket that refills it follows from each reset; of a fixed window from the longest one, and better from how
 * far apart the windows' ends are.
 */

/** Windows that APIs state limits for, in seconds. */
const STANDARD_WINDOWS = [1, 2, 10, 60, 3600, 86400] as const;
/** And those that people set in the limiters of their own servers. */
const SET_WINDOWS = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 43200, 86400] as const;
/** How far, on a logarithmic scale, an inferred window may lie from a standard one to be taken for it. */
const SNAP = 0.12;
/** A header that repeats one and the same reset this often states the window's length. */
export const CONSTANT_MIN = 0.6;
/** Readings that must agree before an inferred window is acted on. */
const VOTES_NEEDED = 4;
/** An instant rounded up to whole seconds, less a present rounded down to them, is too long by up to so many seconds. */
const ROUNDING = 2;
/** Of a short reset rounding can't be more than this share: else it would be another window's. */
const ROUNDED_SHARE = 0.2;
/** Rounding of resets that aren't whole, in seconds. */
const JITTER = 0.5;
/** Windows that begin with their first request lie a little further apart than they are long: by this share at most. */
const APART_SHARE = 0.03;
/** A window counts as seen to begin where the two sends around its beginning lie no further apart than this share of it. */
const SEEN_SHARE = 0.3;
/** So many windows tell the length; older ones are forgotten. */
const COUNTED_MAX = 8;

/** Whether the window may be acted on: told, or inferred from several readings that agree. */
export function isWindowSure(reset: ResetState): boolean {
  return reset.window !== null && (reset.isWindowTold || reset.votes >= VOTES_NEEDED);
}

/** The state with the window that one more sample speaks for. `refillWindow`: what it would be, were the quota a bucket. */
export function inferWindow(
  reset: ResetState,
  sample: ResetSample,
  refillWindow: number | null,
  used: number,
): ResetState {
  if (reset.isWindowTold || reset.kind === "sliding") return reset;
  const resetInMax = Math.max(reset.resetInMax, sample.resetIn);
  const isMoved = reset.previous === null || reset.previous.remaining !== sample.remaining;
  const vote = (window: number | null): ResetState => {
    if (window === null) return { ...reset, resetInMax };
    const isSame = reset.window !== null && Math.abs(Math.log(window / reset.window)) < SNAP;
    const votes = isSame ? reset.votes + (isMoved && reset.votes < VOTES_NEEDED ? 1 : 0) : 1;
    return { ...reset, resetInMax, window: isSame && snap(window) === null ? reset.window : window, votes };
  };
  if (reset.constancy > CONSTANT_MIN) return vote(sample.resetIn);
  if (reset.kind === "window") return vote(countedWindow(reset, sample) ?? shortestWindow(resetInMax, reset.isWhole));
  return vote(used >= 2 && refillWindow !== null ? (snapRoundedDown(refillWindow, used) ?? refillWindow) : null);
}

/** The shortest usual window that has room for the longest reset seen, which may have been rounded up. */
function shortestWindow(resetInMax: number, isWhole: boolean): number | null {
  const rounding = Math.max(0.5, isWhole ? Math.min(ROUNDING, ROUNDED_SHARE * resetInMax) : 0);
  return SET_WINDOWS.find((window) => window >= resetInMax - rounding) ?? null;
}

/** How far apart the ends are that were stated for windows one after another; rounding hides less of it the more there were. */
function countedWindow({ countedFrom, counted, isWhole }: ResetState, sample: ResetSample): number | null {
  if (countedFrom === null || counted === 0) return null;
  const length = (sample.sentAt + sample.resetIn - countedFrom) / counted;
  const unsure = (isWhole ? ROUNDING : JITTER) / counted + APART_SHARE * length;
  return nearest(length, unsure) ?? length;
}

function nearest(length: number, unsure: number): number | null {
  const [first] = SET_WINDOWS.filter((window) => Math.abs(window - length) <= unsure).sort(
    (one, other) => Math.abs(one - length) - Math.abs(other - length),
  );
  return first ?? null;
}

/** Counts the windows that are seen to begin; one that nobody saw begin ends the count. */
export function countWindow(reset: ResetState, sample: ResetSample): ResetState {
  const { previous, countedFrom } = reset;
  if (previous === null) return reset;
  const end = sample.sentAt + sample.resetIn;
  const moved = end - (previous.sentAt + previous.resetIn);
  const hasBegun = sample.remaining > previous.remaining && moved > Math.max(ROUNDING, 0.5 * previous.resetIn);
  if (!hasBegun) return reset;
  const isSeen = sample.sentAt - previous.sentAt < SEEN_SHARE * moved;
  if (!isSeen || countedFrom === null) return { ...reset, countedFrom: end, counted: 0 };
  if (reset.counted < COUNTED_MAX) return { ...reset, counted: reset.counted + 1 };
  return { ...reset, countedFrom: countedFrom + (end - countedFrom) / (COUNTED_MAX + 1) };
}

/**
 * As {@link snap}, of a bucket's window that follows from a number of sends left, which is told rounded down: up to one less was used, and the
 * window is longer in proportion.
 */
function snapRoundedDown(window: number, used: number): number | null {
  const most = Math.log(used / (used - 1)) + SNAP;
  const isNear = (standard: number) => Math.log(standard / window) > -SNAP && Math.log(standard / window) < most;
  return snap(window) ?? STANDARD_WINDOWS.find(isNear) ?? null;
}

/** The standard window that this one is taken for, or null. */
export function snap(window: number | null): number | null {
  if (window === null || window <= 0) return null;
  return STANDARD_WINDOWS.find((standard) => Math.abs(Math.log(window / standard)) < SNAP) ?? null;
}
