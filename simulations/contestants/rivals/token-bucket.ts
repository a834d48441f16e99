/** A bucket of permits that refills bit by bit, as most laws keep one. Its times are milliseconds, its rate per second. */
export class TokenBucket {
  #tokens: number;
  #ratePerSecond: number;
  #capacity: number;
  #seenAtMs: number;

  constructor(options: { readonly ratePerSecond: number; readonly capacity: number; readonly nowMs: number }) {
    this.#ratePerSecond = options.ratePerSecond;
    this.#capacity = options.capacity;
    this.#tokens = options.capacity;
    this.#seenAtMs = options.nowMs;
  }

  get ratePerSecond(): number {
    return this.#ratePerSecond;
  }

  /** Milliseconds until there is a whole one. */
  waitMs(nowMs: number): number {
    this.#refill(nowMs);
    // Rounding must not make a refilled token a hair less than one.
    return this.#tokens > 1 - 1e-9 ? 0 : ((1 - this.#tokens) * 1_000) / this.#ratePerSecond;
  }

  take(): void {
    this.#tokens--;
  }

  /** From now on it refills at another rate, and holds more or less. */
  change(nowMs: number, ratePerSecond: number, capacity: number): void {
    this.#refill(nowMs);
    this.#ratePerSecond = ratePerSecond;
    this.#capacity = capacity;
    this.#tokens = Math.min(this.#tokens, capacity);
  }

  #refill(nowMs: number): void {
    const refilled = ((nowMs - this.#seenAtMs) * this.#ratePerSecond) / 1_000;
    this.#tokens = Math.min(this.#capacity, this.#tokens + refilled);
    this.#seenAtMs = nowMs;
  }
}
