/** Something that is drawn in one go. */
export interface Piece {
  /** What is drawn: it is known again by that, and by then so is what it costs. */
  readonly of: object;
  draw(): void;
}

/** How much of an earlier cost still counts when a new one is known. */
const MEMORY = 0.7;

/** Gives pieces their turns: in each frame one at least, and no more than fit by what they cost before. */
export class Turns {
  readonly #now: () => number;
  readonly #budgetMs: number;
  readonly #costs = new WeakMap<object, number>();
  #waiting: Piece[] = [];

  /** @param budgetMs no piece but the first of a frame is begun that would end later */
  constructor(budgetMs: number, now: () => number) {
    this.#budgetMs = budgetMs;
    this.#now = now;
  }

  get isDone(): boolean {
    return this.#waiting.length === 0;
  }

  /** In the place of what still waited. */
  put(pieces: readonly Piece[]): void {
    this.#waiting = [...pieces];
  }

  /** A frame's worth; whether all in it had been drawn before, and wasn't built only now. `spentMs`: what was done since the last frame. */
  take(spentMs = 0): boolean {
    const beganMs = this.#now() - spentMs;
    let isFirst = true;
    let isKnown = true;
    for (;;) {
      const [next] = this.#waiting;
      if (next === undefined) return isKnown;
      const expectedMs = this.#costs.get(next.of) ?? this.#budgetMs;
      const startMs = this.#now();
      if (!isFirst && startMs - beganMs + expectedMs > this.#budgetMs) return isKnown;
      isFirst = false;
      isKnown &&= this.#costs.has(next.of);
      this.#waiting.shift();
      next.draw();
      const costMs = this.#now() - startMs;
      this.#costs.set(next.of, MEMORY * (this.#costs.get(next.of) ?? costMs) + (1 - MEMORY) * costMs);
    }
  }
}
