/**
 * Where an advertised limit is going. A header shows the limit that its request met, which is seconds ago; a limit that follows
 * use has risen since by as much as in the seconds before. One step up is no slope: it takes two rises in a row.
 */
export interface DriftState {
  /** The limit that the present stretch began with, and when its request was sent; null before the first. */
  readonly limit: number | null;
  readonly since: number;
  /** Growth a second over the stretch before, as a share. */
  readonly before: number;
  /** Growth a second that two stretches in a row have shown; never below 0. */
  readonly perSecond: number;
}

/** Seconds of a stretch. */
const STRETCH = 5;
/** A faster rise is none that use could have brought about. */
const PER_SECOND_MAX = 0.05;
/** However old the last header is, no more than this is added to it, as a logarithm. */
const AHEAD_MAX = 0.4;

export const driftInitial: DriftState = { limit: null, since: 0, before: 0, perSecond: 0 };

/** A request sent then met that limit. In the order of the sends. */
export function learnDrift(drift: DriftState, limit: number, sentAt: number): DriftState {
  if (drift.limit === null) return { limit, since: sentAt, before: 0, perSecond: 0 };
  // A limit that stands still or falls is news that can't wait.
  if (limit < drift.limit) return { limit, since: sentAt, before: 0, perSecond: 0 };
  const elapsed = sentAt - drift.since;
  if (elapsed < STRETCH) return drift;
  const seen = Math.log(limit / drift.limit) / elapsed;
  return { limit, since: sentAt, before: seen, perSecond: Math.min(PER_SECOND_MAX, drift.before, seen) };
}

/** By how much the limit has risen since the newest header's request was sent, as a factor. */
export function aheadOf(drift: DriftState, age: number): number {
  return drift.perSecond <= 0 || age <= 0 ? 1 : Math.exp(Math.min(AHEAD_MAX, drift.perSecond * age));
}
