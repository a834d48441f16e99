import { ConcurrencyLaw } from "./concurrency-law.js";
import type { LawAnswer } from "./law.js";
import { lawRival } from "./law-client.js";

const LIMIT_MAX = 200;
const DECREASE = 0.9;
/** Weight of the newest round trip in the mean. */
const ALPHA = 0.4;
const DEVIATIONS = 2.5;

/**
 * Vector's adaptive request concurrency: once a round trip, one more if the limit was reached, nothing pushed back and
 * answers were no slower than before; nine tenths if something did or they were much slower.
 *
 * @see vectordotdev/vector, src/sinks/util/adaptive_concurrency/controller.rs, `adjust_to_response_inner` and
 *   `manage_limit` (read at 05b56b7, 2026); defaults of mod.rs beside it
 */
export const VECTOR_ARC = lawRival({ name: "vector-arc", makeLaw: () => new VectorArc() });

class VectorArc extends ConcurrencyLaw<undefined> {
  /** Undefined until something was measured. */
  #meanMs: number | undefined;
  #variance = 0;
  #nextUpdateMs = 0;
  #sumMs = 0;
  #samples = 0;
  #hadBackPressure = false;
  #reachedLimit = false;

  constructor() {
    super(1);
  }

  onSend(_nowMs: number, inFlight: number): undefined {
    if (inFlight >= this.limit) this.#reachedLimit = true;
  }

  onAnswer({ nowMs, sentAtMs, status }: LawAnswer<undefined>): void {
    if (status === 429 || status >= 500) this.#hadBackPressure = true;
    else if (status > 0 && status < 400) {
      this.#sumMs += nowMs - sentAtMs;
      this.#samples++;
    }
    const currentMs = this.#samples === 0 ? undefined : this.#sumMs / this.#samples;
    if (this.#meanMs === undefined) {
      if (currentMs === undefined) return;
      this.#meanMs = currentMs;
      this.#nextUpdateMs = nowMs + currentMs;
    } else if (nowMs >= this.#nextUpdateMs) {
      this.#manage(this.#meanMs, currentMs);
      this.#nextUpdateMs = nowMs + this.#learn(this.#meanMs, currentMs);
      this.#sumMs = 0;
      this.#samples = 0;
      this.#hadBackPressure = false;
      this.#reachedLimit = false;
    }
  }

  #manage(meanMs: number, currentMs: number | undefined): void {
    const slowMs = meanMs + DEVIATIONS * Math.sqrt(this.#variance);
    const isCalm = this.#reachedLimit && !this.#hadBackPressure && currentMs !== undefined && currentMs <= meanMs;
    if (this.limit < LIMIT_MAX && isCalm) this.limit++;
    else if (this.#hadBackPressure || (currentMs ?? 0) >= slowMs) {
      this.limit = Math.max(1, Math.floor(this.limit * DECREASE));
    }
  }

  #learn(meanMs: number, currentMs: number | undefined): number {
    if (currentMs === undefined) return meanMs;
    const offMs = currentMs - meanMs;
    this.#meanMs = meanMs + ALPHA * offMs;
    this.#variance = (1 - ALPHA) * (this.#variance + ALPHA * offMs * offMs);
    return this.#meanMs;
  }
}
