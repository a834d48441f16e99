import type { Clock } from "../clock.js";

/**
 * What can be told that its time is up. It carries its own links in the list of those that wait: a Map of young objects
 * that come and go keeps its old tables, and through them all that was ever in it, until a full collection.
 */
export abstract class Expiring {
  // The expiry's own notes.
  touchedAtMs = 0;
  isListed = false;
  ahead: this | undefined = undefined;
  behind: this | undefined = undefined;

  abstract onExpire(): void;
}

/**
 * Tells items that nothing has happened to them for a fixed time. All wait equally long, so the order of adding is the
 * order of expiry, and one timer serves any number of them. It runs only while somebody would gain by an expiry: a
 * program that forgets to read a body must still be able to end.
 */
export class Expiry<T extends Expiring> {
  readonly #clock: Clock;
  readonly #afterMs: number;
  #first: T | undefined = undefined;
  #last: T | undefined = undefined;
  #isWatched = false;
  #cancelTimer: (() => void) | undefined = undefined;

  /** @param afterMs milliseconds without a touch until an item expires */
  constructor(clock: Clock, afterMs: number) {
    this.#clock = clock;
    this.#afterMs = afterMs;
  }

  /** Adds an item, or lets its time begin anew. */
  touch(item: T): void {
    item.touchedAtMs = this.#clock.now();
    if (item !== this.#last) {
      if (item.isListed) this.#unlink(item);
      this.#append(item);
    }
    this.#arm();
  }

  delete(item: T): void {
    if (item.isListed) this.#unlink(item);
    if (this.#first === undefined) this.#disarm();
  }

  /** Whether anybody gains by an expiry, from now on. */
  watch(isWatched: boolean): void {
    this.#isWatched = isWatched;
    if (isWatched) this.#arm();
    else this.#disarm();
  }

  #append(item: T): void {
    item.isListed = true;
    item.ahead = this.#last;
    if (this.#last === undefined) this.#first = item;
    else this.#last.behind = item;
    this.#last = item;
  }

  #unlink(item: T): void {
    const { ahead, behind } = item;
    if (ahead === undefined) this.#first = behind;
    else ahead.behind = behind;
    if (behind === undefined) this.#last = ahead;
    else behind.ahead = ahead;
    item.isListed = false;
    item.ahead = undefined;
    item.behind = undefined;
  }

  #arm(): void {
    if (!this.#isWatched || this.#cancelTimer !== undefined || this.#first === undefined) return;
    const delayMs = Math.max(0, this.#first.touchedAtMs + this.#afterMs - this.#clock.now());
    this.#cancelTimer = this.#clock.after(delayMs, () => this.#onTimer());
  }

  #disarm(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #onTimer(): void {
    this.#cancelTimer = undefined;
    const untilMs = this.#clock.now() - this.#afterMs;
    // Who is told may add others: those are younger, and stand behind all that expire now.
    for (let item = this.#first; item !== undefined && item.touchedAtMs <= untilMs; item = this.#first) {
      this.#unlink(item);
      item.onExpire();
    }
    this.#arm();
  }
}
