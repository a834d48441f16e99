/**
 * Every tunable that a user can set: its value, unit, range and where it comes from. "Rig" is the discrete-event
 * simulation that the rate law was chosen on; `simulations/scenarios` repeats its scenarios on the production code.
 */
export const DEFAULTS = {
  control: {
    /** `"plateau"` or `"aimd"`. Plateau: fewest refusals at equal goodput over 120 random plants (rig, hold-out set 4). */
    law: "plateau",
    /** `"calm"`, `"balanced"` or `"agile"`. Balanced: mean utilisation 0.96 at 2.5 % refused on the same plants. */
    preset: "balanced",
    /** Requests a second, (0, 1e9]. The lowest start that any provider documents: 60 a minute, enforced by the second. */
    rateInitial: 1,
    /** Requests a second, (0, 1e9]. Never 0: without a send no evidence of recovery could return. */
    rateMin: 0.05,
    /** Requests a second, (0, 1e9]. Out of the way. */
    rateMax: 1e9,
    /** Sends that may go at once after a pause, 1 to 1,000. A start credit of 4 halves the first waits at light load (rig, S19). */
    burst: 5,
    /** Milliseconds in which the rate doubles towards an unknown limit, above 0. 17 s instead of 33 s to 200 a second (rig, S3). */
    startDoublingMs: 2_700,
  },
  retry: {
    /** Tries of one request, the first included, 1 to 10,000. */
    attemptsMax: 5,
    /** Retries of failures as a share of successes, 0 to 100. A fifth is what Finagle's retry budget allows. */
    budgetRatio: 0.2,
    /** Milliseconds before the first repeat, above 0; it doubles with each. */
    backoffInitialMs: 1_000,
    /** Milliseconds, at least `backoffInitialMs`. */
    backoffMaxMs: 30_000,
    /** Milliseconds, 0 or more. A longer stated wait is a spent quota: the official SDKs stop believing at 60 s too. */
    retryAfterMaxMs: 60_000,
  },
  queue: {
    /** Requests that may wait, over all keys, 0 to 1e7. At some 500 bytes each this is 50 MB. */
    sizeMax: 100_000,
    /** Milliseconds, above 0. Half an hour: whoever waits that long may as well wait for a batch. */
    adviseAfterMs: 1_800_000,
  },
  /** Milliseconds for one try, above 0. Ten minutes, as the OpenAI SDK allows. */
  attemptTimeoutMs: 600_000,
  /** Tries in flight for one key, 1 to 1e6. Sockets and memory, not a limit of the server's. */
  concurrencyMax: 1_000,
  /** Keys remembered, 1 to 1e7. */
  keysMax: 100_000,
  /** Milliseconds without use after which a key is forgotten, above 0. An hour, as Together's dynamic rate remembers. */
  keyIdleMs: 3_600_000,
  /** Results held for order or for a slow reader, 1 to 1e7. */
  bufferMax: 1_000,
} as const;

/**
 * What a preset sets: the epoch, in milliseconds, and the factor of a cut. `sluice tune --budget 150` (994 runs over seven
 * scenarios, November 2026, figures of seeds that no choice saw) has balanced on the front of what nothing beats: 0.936 of the
 * clairvoyant's goodput at 2.02 % refused. It would move to 10 s and 0.75 for 0.019 more goodput and 0.85 points more
 * refused; we keep the longer epoch, since a refusal costs more than a request that could have gone a moment sooner.
 */
export const PRESETS = {
  /** Fewest refusals; slow to find new room. For limits of a request or two a second. */
  calm: { epochMs: 30_000, multiplicativeDecrease: 0.85 },
  /** The default. */
  balanced: { epochMs: 15_000, multiplicativeDecrease: 0.8 },
  /** For limits that move by a factor of two within half a minute. */
  agile: { epochMs: 8_000, multiplicativeDecrease: 0.7 },
} as const;
