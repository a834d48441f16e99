/**
 * A level that is never seen to rise holds requests back for good, and nothing is ever refused that could show it wrong:
 * what the bucket should have gained is taken for others' use. So patience is limited. Who is held back to a fraction of
 * the advertised limit for long, without one refusal, stops believing in the level; each time it takes four times longer.
 */
export interface HungerState {
  /** Since when it has been held back, null while it isn't. */
  readonly since: number | null;
  /** Seconds that it bears it. */
  readonly patience: number;
  /** How often it has had enough. */
  readonly count: number;
}

const PATIENCE_SECONDS = 45;
const PATIENCE_GROWTH = 4;
/** In a window it is normal to wait for the next one. */
const PATIENCE_WINDOWS = 1.5;

export const hungerInitial: HungerState = { since: null, patience: PATIENCE_SECONDS, count: 0 };

export interface Held {
  readonly now: number;
  readonly isHeldBack: boolean;
  /** Seconds of a fixed window, 0 for any other quota. */
  readonly window: number;
  readonly lastRefusedAt: number | null;
}

/** The hunger with one more send; `count` rises where it was the last straw. The same object while nothing changes. */
export function feelHunger(hunger: HungerState, { now, isHeldBack, window, lastRefusedAt }: Held): HungerState {
  if (!isHeldBack) return hunger.since === null ? hunger : { ...hunger, since: null };
  // A refusal is what the level foretells: whoever is refused isn't held back for nothing.
  const since = Math.max(hunger.since ?? now, lastRefusedAt ?? 0);
  if (now - since <= Math.max(hunger.patience, PATIENCE_WINDOWS * window)) {
    return since === hunger.since ? hunger : { ...hunger, since };
  }
  return { since: null, patience: PATIENCE_GROWTH * hunger.patience, count: hunger.count + 1 };
}
