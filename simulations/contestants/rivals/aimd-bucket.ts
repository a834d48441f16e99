import type { Clock } from "../../../src/clock.js";
import type { Law, LawAnswer } from "./law.js";
import { lawRival } from "./law-client.js";
import { TokenBucket } from "./token-bucket.js";

/** Its "no limit at all", with which it starts. */
const RATE_MAX = Number.MAX_SAFE_INTEGER / 2;
const RATE_MIN = 1;
const INCREASE = 1;
const DECREASE = 0.5;
const FAILURES_TOLERATED = 0.2;
const WINDOW_MS = 30_000;
const TIMEOUT_MS = 30_000;
const SAMPLES_MIN = 5;
/** Who waits is looked after so often at most, unless something else happens. */
const CHECK_MS = 100;

/**
 * aimd-bucket with its defaults: a bucket whose rate halves at each end of a request while more than a fifth of the last 30
 * seconds' failed, and otherwise gains one a second. What takes more than 30 s has failed.
 *
 * @see gadget-inc/aimd-bucket, src/index.ts (read at 143806a, 2025); it isn't in the npm registry
 */
export const AIMD_BUCKET = lawRival({
  name: "aimd-bucket",
  makeLaw: ({ clock }) => new AimdBucket(clock),
});

interface Token {
  isOver: boolean;
  /** Takes back its time-out. */
  forget: () => void;
}

class AimdBucket implements Law<Token> {
  readonly #clock: Clock;
  readonly #bucket: TokenBucket;
  /** Ends of the last 30 s, oldest first from `#head`. */
  readonly #ends: { readonly atMs: number; readonly isFailure: boolean }[] = [];
  #head = 0;
  #failures = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#bucket = new TokenBucket({ ratePerSecond: RATE_MAX, capacity: RATE_MAX, nowMs: clock.now() });
  }

  waitMs(nowMs: number): number {
    return this.#bucket.waitMs(nowMs) === 0 ? 0 : Math.max(CHECK_MS, 1_000 / this.#bucket.ratePerSecond);
  }

  onSend(): Token {
    this.#bucket.take();
    const token: Token = { isOver: false, forget: () => {} };
    token.forget = this.#clock.after(TIMEOUT_MS, () => {
      token.isOver = true;
      this.#onEnd(true);
    });
    return token;
  }

  onAnswer({ status, stamp: token }: LawAnswer<Token>): void {
    if (token.isOver) return;
    token.forget();
    this.#onEnd(status === 0 || status >= 400);
  }

  ratePerSecond(): number {
    return this.#bucket.ratePerSecond;
  }

  #onEnd(isFailure: boolean): void {
    const nowMs = this.#clock.now();
    this.#ends.push({ atMs: nowMs, isFailure });
    if (isFailure) this.#failures++;
    for (let old = this.#ends[this.#head]; old !== undefined; old = this.#ends[this.#head]) {
      if (nowMs - old.atMs <= WINDOW_MS) break;
      if (old.isFailure) this.#failures--;
      this.#head++;
    }
    const samples = this.#ends.length - this.#head;
    if (samples < SAMPLES_MIN) return;
    const { ratePerSecond } = this.#bucket;
    const isTooMuch = this.#failures / samples > FAILURES_TOLERATED;
    const next = isTooMuch
      ? Math.max(RATE_MIN, ratePerSecond * DECREASE)
      : Math.min(RATE_MAX, ratePerSecond + INCREASE);
    this.#bucket.change(nowMs, next, Math.max(1, next));
  }
}
