import type { Clock } from "../clock.js";

/** One timer at a time: to set it anew takes the last one back. */
export class Alarm {
  readonly #clock: Clock;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isSet(): boolean {
    return this.#cancel !== undefined;
  }

  set(delayMs: number, task: () => void): void {
    this.cancel();
    this.#cancel = this.#clock.after(delayMs, () => {
      this.#cancel = undefined;
      task();
    });
  }

  cancel(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
