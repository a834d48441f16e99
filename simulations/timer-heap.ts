/** A task that waits for its moment. */
export interface Timer {
  readonly atMs: number;
  /** Absent once it was taken back or has run. */
  task: (() => void) | undefined;
  /** Whether a heap holds it. */
  isInHeap: boolean;
}

/**
 * Timers by moment, and in the order of their coming where the moment is the same. Moments lie in arrays of their own,
 * four children side by side, so that a way down the heap touches few lines of memory.
 */
export class TimerHeap<Each extends Timer> {
  readonly #timers: Each[] = [];
  #moments = new Float64Array(256);
  #orders = new Float64Array(256);
  #orderNext = 0;
  #length = 0;
  /** Those among them that were taken back. */
  #empty = 0;

  /** The next timer that wasn't taken back. */
  top(): Each | undefined {
    while (this.#length > 0) {
      const timer = this.#timers[0];
      if (timer?.task !== undefined) return timer;
      this.#remove();
      this.#empty--;
    }
    return undefined;
  }

  push(timer: Each): void {
    if (this.#length === this.#moments.length) this.#grow();
    timer.isInHeap = true;
    this.#rise(this.#length++, timer, this.#orderNext++);
  }

  /** Takes the top out. */
  pop(): void {
    const timer = this.#timers[0];
    if (timer !== undefined) timer.isInHeap = false;
    this.#remove();
  }

  /** One of them was taken back: it stays, empty, until half of them are. */
  forget(): void {
    this.#empty++;
    if (this.#empty * 2 > this.#length) this.#compact();
  }

  #remove(): void {
    const last = --this.#length;
    const timer = this.#timers.pop();
    if (last > 0 && timer !== undefined) this.#sink(0, timer, this.#moments[last] ?? 0, this.#orders[last] ?? 0);
  }

  #rise(from: number, timer: Each, order: number): void {
    const moments = this.#moments;
    const { atMs } = timer;
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 2;
      // What came before it, and is due at the same moment, stays above.
      if ((moments[parent] ?? 0) <= atMs) break;
      this.#move(parent, index);
      index = parent;
    }
    this.#put(index, timer, atMs, order);
  }

  #sink(from: number, timer: Each, atMs: number, order: number): void {
    const moments = this.#moments;
    const orders = this.#orders;
    const length = this.#length;
    let index = from;
    for (;;) {
      const first = 4 * index + 1;
      if (first >= length) break;
      const end = Math.min(first + 4, length);
      let least = first;
      let leastMs = moments[first] ?? 0;
      for (let child = first + 1; child < end; child++) {
        const childMs = moments[child] ?? 0;
        if (childMs < leastMs || (childMs === leastMs && (orders[child] ?? 0) < (orders[least] ?? 0))) {
          least = child;
          leastMs = childMs;
        }
      }
      if (atMs < leastMs || (atMs === leastMs && order < (orders[least] ?? 0))) break;
      this.#move(least, index);
      index = least;
    }
    this.#put(index, timer, atMs, order);
  }

  #move(from: number, to: number): void {
    const timer = this.#timers[from];
    if (timer !== undefined) this.#put(to, timer, this.#moments[from] ?? 0, this.#orders[from] ?? 0);
  }

  #put(index: number, timer: Each, atMs: number, order: number): void {
    this.#timers[index] = timer;
    this.#moments[index] = atMs;
    this.#orders[index] = order;
  }

  #compact(): void {
    let length = 0;
    for (let index = 0; index < this.#length; index++) {
      const timer = this.#timers[index];
      if (timer?.task === undefined) continue;
      this.#put(length++, timer, this.#moments[index] ?? 0, this.#orders[index] ?? 0);
    }
    this.#timers.length = length;
    this.#length = length;
    this.#empty = 0;
    for (let index = (length - 2) >> 2; index >= 0; index--) {
      const timer = this.#timers[index];
      if (timer !== undefined) this.#sink(index, timer, this.#moments[index] ?? 0, this.#orders[index] ?? 0);
    }
  }

  #grow(): void {
    this.#moments = larger(this.#moments);
    this.#orders = larger(this.#orders);
  }
}

function larger(column: Float64Array): Float64Array<ArrayBuffer> {
  const copy = new Float64Array(column.length * 2);
  copy.set(column);
  return copy;
}
