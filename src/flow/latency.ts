/** Gains of the mean and of the mean deviation, as TCP estimates a round trip (RFC 6298, 2). */
const MEAN_GAIN = 1 / 8;
const DEVIATION_GAIN = 1 / 4;
/** Deviations above the mean that are still usual: 19 in 20 answers come sooner, were they normally distributed. */
const DEVIATIONS = 2;

/** How long answers take. */
export class Latency {
  #meanMs: number | undefined = undefined;
  #deviationMs = 0;

  /** Milliseconds in which an answer usually comes; 0 while none has come. */
  get usualMs(): number {
    return (this.#meanMs ?? 0) + DEVIATIONS * this.#deviationMs;
  }

  /** One answer came after so many milliseconds. */
  note(latencyMs: number): void {
    // Nothing is known of deviations at first: to suppose some, as TCP does, would end requests that may well be in time.
    const meanMs = this.#meanMs ?? latencyMs;
    this.#deviationMs += DEVIATION_GAIN * (Math.abs(latencyMs - meanMs) - this.#deviationMs);
    this.#meanMs = meanMs + MEAN_GAIN * (latencyMs - meanMs);
  }
}
