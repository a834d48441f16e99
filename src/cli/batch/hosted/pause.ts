import type { Clock } from "../../../clock.js";
import type { Random } from "../../../random.js";

const GROWTH = 1.5;
/** Jitter takes at most this share off: many programs that began together shouldn't ask together. */
const JITTER_DOWN = 0.25;
/** No pause is longer, in milliseconds, unless the first one is or the server asks for it. */
const PAUSE_MAX_MS = 60_000;

/** How long to wait between two looks: ever longer, until something has happened. */
export class Pauses {
  readonly #firstMs: number;
  readonly #random: Random;
  #nextMs: number;

  /** @param firstMs in milliseconds, above 0 */
  constructor(firstMs: number, random: Random) {
    this.#firstMs = firstMs;
    this.#nextMs = firstMs;
    this.#random = random;
  }

  /** Something has happened: what follows may come soon. */
  restart(): void {
    this.#nextMs = this.#firstMs;
  }

  /** The next pause, in milliseconds, no shorter than what the server asks for. */
  next(atLeastMs = 0): number {
    const pauseMs = this.#nextMs * (1 - JITTER_DOWN * this.#random());
    this.#nextMs = Math.min(this.#nextMs * GROWTH, Math.max(PAUSE_MAX_MS, this.#firstMs));
    return Math.max(pauseMs, atLeastMs);
  }
}

/** Resolves after so many milliseconds, or at once when the signal aborts. */
export function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const wake = (): void => {
      cancel();
      signal.removeEventListener("abort", wake);
      resolve();
    };
    const cancel = clock.after(ms, wake);
    signal.addEventListener("abort", wake, { once: true });
  });
}
