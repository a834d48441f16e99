/** Windows that limits are stated in: a second, ten seconds, a minute, an hour, a day, in milliseconds. */
const WINDOWS_MS = [1_000, 10_000, 60_000, 3_600_000, 86_400_000];

/** Names of the windows, for the scopes of budgets that differ in their window alone. */
const WINDOW_NAMES: readonly (readonly [number, string])[] = [
  [1_000, "second"],
  [10_000, "10-second"],
  [60_000, "minute"],
  [3_600_000, "hour"],
  [86_400_000, "day"],
  [604_800_000, "week"],
];

/** The three numbers of a refilling bucket. */
export interface BucketNumbers {
  readonly limit: number;
  readonly remaining: number;
  readonly resetInMs: number;
}

/**
 * The window of a bucket that refills: it lacks `limit - remaining` units, which come back within the reset, so that
 * reset x limit / window lies in (lacking - 1, lacking]. The smallest usual window that fits, or undefined. Servers cut
 * the reset to whole milliseconds, so that the truth lies up to one above; a reset of 0 therefore tells nothing.
 */
export function inferWindowMs(bucket: BucketNumbers): number | undefined {
  const lacking = bucket.limit - bucket.remaining;
  if (lacking <= 0 || bucket.resetInMs < 1) return undefined;
  return WINDOWS_MS.find((windowMs) => {
    const perMs = bucket.limit / windowMs;
    // A hair of slack: 8.64 s x 10,000 / 1 day is 1 only but for the last bit of a float.
    return bucket.resetInMs * perMs <= lacking + 1e-6 && (bucket.resetInMs + 1) * perMs > lacking - 1;
  });
}

/**
 * Whether a bare reset counts milliseconds (1) or seconds (1,000): the unit under which it is nearer to the time that
 * the lacking units take to come back. Seconds where the numbers don't say.
 */
export function resetUnitMs(
  reset: number,
  lacking: number | undefined,
  limit: number | undefined,
  windowMs: number,
): 1 | 1_000 {
  if (reset <= 0 || lacking === undefined || limit === undefined || lacking <= 0 || limit <= 0) return 1_000;
  const idealMs = (lacking * windowMs) / limit;
  return Math.abs(Math.log(reset / idealMs)) < Math.abs(Math.log((reset * 1_000) / idealMs)) ? 1 : 1_000;
}

/** A short name for a window, such as `minute`, to tell budgets apart by. */
export function windowName(windowMs: number): string {
  return WINDOW_NAMES.find(([known]) => known === windowMs)?.[1] ?? `${Math.round(windowMs / 1_000)}s`;
}

/** The window that a word names, in milliseconds: `min`, `minute`, `Second`, `day`. A month has no fixed length. */
export function windowOfWord(word: string): number | undefined {
  const lowered = word.toLowerCase();
  if (lowered.startsWith("sec")) return 1_000;
  if (lowered.startsWith("min")) return 60_000;
  if (lowered.startsWith("hour")) return 3_600_000;
  return lowered.startsWith("day") ? 86_400_000 : undefined;
}
