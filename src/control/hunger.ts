/**
 * A level that is stuck at the bottom holds requests back for good, and nothing is ever refused that could show it wrong:
 * what the bucket should have gained is taken for others' use. So patience is limited. Who is held back to a fraction of
 * the advertised limit for long, without one refusal, by a number that hardly moves, stops believing in it; each time it
 * takes four times longer. Where others do take what is there, they move it: those who share a bucket have to be patient.
 */
export interface HungerState {
  /** Since when it has been held back, null while it isn't. */
  readonly since: number | null;
  /** Least and most that was seen left in that time, in units. */
  readonly lowest: number;
  readonly highest: number;
  /** Seconds that it bears it. */
  readonly patience: number;
  /** How often it has had enough. */
  readonly count: number;
}

const PATIENCE_SECONDS = 45;
const PATIENCE_GROWTH = 4;
/** A level is stuck while what is seen of it stays within this share of its capacity; a small one, where it is always the same. */
const STUCK_SHARE = 0.004;
/** In a window it is normal to wait for the next one. */
const PATIENCE_WINDOWS = 1.5;

export const hungerInitial: HungerState = {
  since: null,
  lowest: 0,
  highest: 0,
  patience: PATIENCE_SECONDS,
  count: 0,
};

export interface Held {
  readonly now: number;
  /** What the level is seen at that holds this send back; null where none does. */
  readonly by: Bottom | null;
  /** Seconds of a fixed window, 0 for any other quota. */
  readonly window: number;
  readonly lastRefusedAt: number | null;
}

/** A level near its bottom. In units. */
export interface Bottom {
  /** What is left by the latest header's word. */
  readonly seen: number;
  readonly capacity: number;
}

/** The hunger with one more send; `count` rises where it was the last straw. The same object while nothing changes. */
export function feelHunger(hunger: HungerState, { now, by, window, lastRefusedAt }: Held): HungerState {
  if (by === null) return hunger.since === null ? hunger : { ...hunger, since: null };
  const { seen } = by;
  const lowest = hunger.since === null ? seen : Math.min(seen, hunger.lowest);
  const highest = hunger.since === null ? seen : Math.max(seen, hunger.highest);
  if (highest - lowest > STUCK_SHARE * by.capacity) {
    return { ...hunger, since: now, lowest: seen, highest: seen };
  }
  // A refusal is what the level foretells: whoever is refused isn't held back for nothing.
  const since = Math.max(hunger.since ?? now, lastRefusedAt ?? 0);
  if (now - since <= Math.max(hunger.patience, PATIENCE_WINDOWS * window)) {
    const isSame = since === hunger.since && lowest === hunger.lowest && highest === hunger.highest;
    return isSame ? hunger : { ...hunger, since, lowest, highest };
  }
  return { ...hungerInitial, patience: PATIENCE_GROWTH * hunger.patience, count: hunger.count + 1 };
}
