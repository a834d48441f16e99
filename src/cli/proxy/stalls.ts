import type { Clock } from "../../clock.js";

/** What should move, and is told where it hasn't for long. */
export interface Movable {
  /** Set by whoever sees it move. */
  hasMoved: boolean;
  onStall(): void;
}

/**
 * Tells those that nothing has happened to from one look to the next but one. Most come and go between two looks: a timer for
 * each would cost more than all else that is done with it here.
 */
export class Stalls {
  readonly #clock: Clock;
  readonly #periodMs: number;
  readonly #items = new Set<Movable>();
  #cancelTimer: (() => void) | undefined = undefined;

  /** @param periodMs milliseconds between two looks: what hasn't moved for so long is told before it has waited twice as long */
  constructor(clock: Clock, periodMs: number) {
    this.#clock = clock;
    this.#periodMs = periodMs;
  }

  add(item: Movable): void {
    item.hasMoved = true;
    this.#items.add(item);
    this.#cancelTimer ??= this.#clock.after(this.#periodMs, () => this.#look());
  }

  delete(item: Movable): void {
    this.#items.delete(item);
  }

  /** Looks no more. */
  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #look(): void {
    this.#cancelTimer = undefined;
    for (const item of this.#items) {
      if (item.hasMoved) item.hasMoved = false;
      else {
        this.#items.delete(item);
        item.onStall();
      }
    }
    if (this.#items.size > 0) this.#cancelTimer = this.#clock.after(this.#periodMs, () => this.#look());
  }
}
