/**
 * Where time comes from. Three methods, so that a simulation can hand in a virtual clock and nothing else in the
 * house reads time.
 */
export interface Clock {
  /** Monotonic time in milliseconds, from any origin. Never goes back, whatever happens to the wall clock. */
  now(): number;
  /** Wall time in milliseconds since 1970: only for instants that a server or a user has written. */
  wallNow(): number;
  /**
   * Runs `task` once, `delayMs` from now (0 or more, any length), and returns a function that takes it back.
   * Taking back twice, or after it ran, does nothing.
   */
  after(delayMs: number, task: () => void): () => void;
}

/** `setTimeout` fires at once for a longer delay than this (2^31 - 1 ms): longer ones are waited for in parts. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** The system's clock. Its timers keep a process alive, since somebody is waiting for each. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  after(delayMs, task) {
    let handle: ReturnType<typeof setTimeout>;
    const startAt = (remainingMs: number): void => {
      const partMs = Math.min(Math.max(0, remainingMs), TIMER_MAX_MS);
      handle = setTimeout(() => (remainingMs > partMs ? startAt(remainingMs - partMs) : task()), partMs);
    };
    startAt(delayMs);
    return () => clearTimeout(handle);
  },
};
