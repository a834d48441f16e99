import type { Clock } from "../clock.js";
import { Expiry } from "./expiry.js";
import type { Slot } from "./slot.js";

/** A body on which nothing has happened for so long gives its slot back, in milliseconds. undici's own `bodyTimeout` is the same. */
const BODY_IDLE_MS = 300_000;

/**
 * Counts who waits for a slot, so that idle bodies are watched only meanwhile: nobody gains by an expiry otherwise, and a
 * timer for it would keep the process alive.
 */
export class Waits {
  readonly idle: Expiry<Slot>;
  readonly #waiting = new Set<object>();

  constructor(clock: Clock) {
    this.idle = new Expiry(clock, BODY_IDLE_MS);
  }

  begin(job: object): void {
    this.#waiting.add(job);
    if (this.#waiting.size === 1) this.idle.watch(true);
  }

  end(job: object): void {
    if (this.#waiting.delete(job) && this.#waiting.size === 0) this.idle.watch(false);
  }
}
