import { ConcurrencyLaw } from "./concurrency-law.js";
import type { LawAnswer } from "./law.js";
import { lawRival } from "./law-client.js";

const LIMIT_INITIAL = 20;
const LIMIT_MIN = 20;
const LIMIT_MAX = 200;
const DECREASE = 0.9;
const TIMEOUT_MS = 5_000;

/**
 * AIMDLimit of Netflix's concurrency-limits with its defaults, behind a limiter that blocks: nine tenths after a failure or
 * an answer slower than 5 s, one more after any other answer while half of the limit is used.
 *
 * @see Netflix/concurrency-limits, concurrency-limits-core/…/limit/AIMDLimit.java (0.5.4, read at 78a74b9, 2026)
 */
export const NETFLIX_AIMD = lawRival({ name: "netflix-aimd", makeLaw: () => new NetflixAimd() });

class NetflixAimd extends ConcurrencyLaw<number> {
  constructor() {
    super(LIMIT_INITIAL);
  }

  onSend(_nowMs: number, inFlight: number): number {
    return inFlight;
  }

  onAnswer({ nowMs, sentAtMs, status, stamp }: LawAnswer<number>): void {
    const isDropped = status === 0 || status >= 400 || nowMs - sentAtMs > TIMEOUT_MS;
    if (isDropped) this.limit = Math.max(LIMIT_MIN, Math.floor(this.limit * DECREASE));
    else if (stamp * 2 >= this.limit) this.limit = Math.min(LIMIT_MAX, this.limit + 1);
  }
}
