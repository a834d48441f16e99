/**
 * A cohort: the tries sent after some moment, and how many of them are known to be refused. Tries are numbered as they
 * are sent, so a cohort costs nothing to send in: it remembers the number at which it opened.
 *
 * Refusals come back sooner than successes, so what counts is refusals among sends, never among answers.
 */
export interface Cohort {
  /** Number of the last try sent before it opened. */
  readonly after: number;
  readonly refused: number;
}

/** Fewer sends than this say nothing. */
const SENDS_MIN = 3;

export function openCohort(sent: number): Cohort {
  return { after: sent, refused: 0 };
}

/** Counts a refusal of the try with that number, if it belongs. */
export function countRefused(cohort: Cohort, number: number): Cohort {
  return number > cohort.after ? { after: cohort.after, refused: cohort.refused + 1 } : cohort;
}

/** Share refused of what was sent; 0 while too few were sent to tell. */
export function refusedShare(cohort: Cohort, sent: number): number {
  const count = sent - cohort.after;
  return count >= SENDS_MIN ? cohort.refused / count : 0;
}

/**
 * The cohort of the last moments: two halves, of which the older is dropped when the younger is full, so that it covers
 * between half the span and all of it.
 */
export interface RecentCohort {
  readonly older: Cohort;
  readonly younger: Cohort;
  readonly youngerSince: number;
}

export function openRecent(now: number, sent: number): RecentCohort {
  return { older: openCohort(sent), younger: openCohort(sent), youngerSince: now };
}

/** The same at `now`, halves of `span` / 2 seconds. `sent`: number of the last try so far. */
export function rollRecent(recent: RecentCohort, now: number, sent: number, span: number): RecentCohort {
  const age = now - recent.youngerSince;
  if (age < span / 2) return recent;
  if (age >= span) return openRecent(now, sent);
  return { older: recent.younger, younger: openCohort(sent), youngerSince: now };
}

export function countRecentRefused(recent: RecentCohort, number: number): RecentCohort {
  if (number <= recent.older.after) return recent;
  return {
    older: countRefused(recent.older, number),
    younger: countRefused(recent.younger, number),
    youngerSince: recent.youngerSince,
  };
}
