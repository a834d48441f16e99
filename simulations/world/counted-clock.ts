import type { Clock } from "../../src/clock.js";

/** A clock that knows how many of its tasks wait: after everybody has gone, none may. */
export class CountedClock implements Clock {
  readonly #clock: Clock;
  pending = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  wallNow(): number {
    return this.#clock.wallNow();
  }

  after(delayMs: number, task: () => void): () => void {
    let isPending = true;
    this.pending++;
    const takeBack = this.#clock.after(delayMs, () => {
      isPending = false;
      this.pending--;
      task();
    });
    return () => {
      if (!isPending) return;
      isPending = false;
      this.pending--;
      takeBack();
    };
  }
}
