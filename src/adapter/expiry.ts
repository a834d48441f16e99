import type { Clock } from "../clock.js";

/** What can be told that its time is up. */
export interface Expiring {
  onExpire(): void;
}

/**
 * Tells items that nothing has happened to them for a fixed time. All wait equally long, so the order of adding is the
 * order of expiry, and one timer serves any number of them. It runs only while somebody would gain by an expiry: a
 * program that forgets to read a body must still be able to end.
 */
export class Expiry<T extends Expiring> {
  readonly #clock: Clock;
  readonly #afterMs: number;
  readonly #touchedAtMs = new Map<T, number>();
  #isWatched = false;
  #cancelTimer: (() => void) | undefined;

  /** @param afterMs milliseconds without a touch until an item expires */
  constructor(clock: Clock, afterMs: number) {
    this.#clock = clock;
    this.#afterMs = afterMs;
  }

  /** Adds an item, or lets its time begin anew. */
  touch(item: T): void {
    this.#touchedAtMs.delete(item);
    this.#touchedAtMs.set(item, this.#clock.now());
    this.#arm();
  }

  delete(item: T): void {
    this.#touchedAtMs.delete(item);
    if (this.#touchedAtMs.size === 0) this.#disarm();
  }

  /** Whether anybody gains by an expiry, from now on. */
  watch(isWatched: boolean): void {
    this.#isWatched = isWatched;
    if (isWatched) this.#arm();
    else this.#disarm();
  }

  #arm(): void {
    if (!this.#isWatched || this.#cancelTimer !== undefined) return;
    const [oldestMs] = this.#touchedAtMs.values();
    if (oldestMs === undefined) return;
    const delayMs = Math.max(0, oldestMs + this.#afterMs - this.#clock.now());
    this.#cancelTimer = this.#clock.after(delayMs, () => this.#onTimer());
  }

  #disarm(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #onTimer(): void {
    this.#cancelTimer = undefined;
    const now = this.#clock.now();
    for (const [item, touchedAtMs] of [...this.#touchedAtMs]) {
      if (touchedAtMs + this.#afterMs > now) break;
      this.#touchedAtMs.delete(item);
      item.onExpire();
    }
    this.#arm();
  }
}
