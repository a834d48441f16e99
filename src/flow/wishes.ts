/** What the user has said of keys, whether they are there or not: it outlasts a key that leaves for want of use. */
export class Wishes {
  readonly #paused = new Map<string, boolean>();
  readonly #caps = new Map<string, number>();
  #isAllPaused = false;

  isPaused(key: string): boolean {
    return this.#paused.get(key) ?? this.#isAllPaused;
  }

  /** Without a key: of all, and the last word on each. */
  setPaused(key: string | undefined, isPaused: boolean): void {
    if (key === undefined) {
      this.#isAllPaused = isPaused;
      this.#paused.clear();
    } else if (isPaused === this.#isAllPaused) this.#paused.delete(key);
    else this.#paused.set(key, isPaused);
  }

  /** Requests a second, Infinity where nothing was said. */
  capOf(key: string): number {
    return this.#caps.get(key) ?? Infinity;
  }

  setCap(key: string, ratePerSecond: number | undefined): void {
    if (ratePerSecond === undefined) this.#caps.delete(key);
    else this.#caps.set(key, ratePerSecond);
  }
}
