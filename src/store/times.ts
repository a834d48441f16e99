/** How often a member of a fleet of this size tells the others, and for how long its part is then its own. */
export interface Times {
  readonly intervalMs: number;
  /** In how long each gets a turn where all ask: of those that ask while one is answered, only one does. */
  readonly turnMs: number;
  readonly leaseMs: number;
  /** How long it takes until all have heard of something. */
  readonly hearingMs: number;
  /** How often it looks what the limits are, between; null where it tells the others as often. */
  readonly peekMs: number | null;
  /** Whether it tells of each send at once: where a start has few sends, its rate grows by what all know of them. */
  readonly isEager: boolean;
}

/** Commands that a request may cost in the store. A renewal costs two in a fleet: one that loses, and one that wins. */
const COMMANDS_PER_REQUEST = 0.065;
const INTERVAL_MIN_MS = 250;
const INTERVAL_MAX_MS = 1_250;
/** A larger fleet renews no more often than this, all together, a second: who writes must read all that the others wrote. */
const RENEWALS_PER_SECOND = 50;
/** Nor so often that it takes more than half of all turns. */
const TURNS = 2;
/** Its members look as often, each, at what others have written of the limits. */
const PEEK_MS = 1_000;
/** And sooner during a probe, but up to 400 members no more often than 400 times a second, all together. */
const PROBING_MS_PER_MEMBER = 2.5;
/** Two renewals may fail. */
const LEASE_INTERVALS = 2.5;

/** How a fleet goes beyond what its limit is known to be: then all want to hear soon of the first refusal. */
export interface Haste {
  /** Its start doubles the rate. */
  readonly isStarting: boolean;
  /** It goes faster than headers allow. */
  readonly isProbing: boolean;
}

/** The times of a fleet of so many members at such a rate, whose store is so far away, there and back. */
export function timesOf(
  members: number,
  ratePerSecond: number,
  { isStarting, isProbing }: Haste,
  roundTripMs: number,
): Times {
  const turnMs = members * roundTripMs;
  const crowded = Math.max((members * 1_000) / RENEWALS_PER_SECOND, TURNS * turnMs);
  const cheap = (2_000 * members) / (COMMANDS_PER_REQUEST * ratePerSecond);
  const steadyMs = Math.max(Math.min(INTERVAL_MAX_MS, Math.max(INTERVAL_MIN_MS, cheap)), crowded);
  const intervalMs = isStarting || isProbing ? Math.max(INTERVAL_MIN_MS, crowded) : steadyMs;
  const lookMs = isProbing ? Math.min(PEEK_MS, Math.max(INTERVAL_MIN_MS, PROBING_MS_PER_MEMBER * members)) : PEEK_MS;
  const peekMs = intervalMs > INTERVAL_MAX_MS ? lookMs : null;
  const isEager = isStarting && peekMs !== null && ratePerSecond < RENEWALS_PER_SECOND;
  return { intervalMs, turnMs, leaseMs: LEASE_INTERVALS * steadyMs, hearingMs: peekMs ?? intervalMs, peekMs, isEager };
}
