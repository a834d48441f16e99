/** Each class is so much wider than the one below it: quantiles are right to a twentieth. */
const GROWTH = 1.1;
/** Waits below this, in milliseconds, are none. */
const LEAST_MS = 1;
const LOG_GROWTH = Math.log(GROWTH);

/** How long requests waited, as counts of classes: however many there are, it takes no more room. */
export class Waits {
  readonly #counts: number[] = [];
  #total = 0;

  take(waitMs: number): void {
    this.#addTo(waitMs < LEAST_MS ? 0 : 1 + Math.floor(Math.log(waitMs / LEAST_MS) / LOG_GROWTH), 1);
  }

  add(other: Waits): void {
    for (const [index, count] of other.#counts.entries()) this.#addTo(index, count ?? 0);
  }

  /** In milliseconds; null of nothing. */
  quantile(share: number): number | null {
    if (this.#total === 0) return null;
    const rank = Math.max(1, Math.ceil(share * this.#total));
    let sum = 0;
    const index = this.#counts.findIndex((count = 0) => {
      sum += count;
      return sum >= rank;
    });
    // The middle of its class.
    return index <= 0 ? 0 : LEAST_MS * Math.exp((index - 0.5) * LOG_GROWTH);
  }

  #addTo(index: number, count: number): void {
    while (this.#counts.length <= index) this.#counts.push(0);
    this.#counts[index] = (this.#counts[index] ?? 0) + count;
    this.#total += count;
  }
}
