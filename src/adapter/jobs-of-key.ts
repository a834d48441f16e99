import type { Clock } from "../clock.js";

/** Who waits no longer than this, in milliseconds, has waited for the pace, and not for a job to end. */
const PATIENCE_MS = 5_000;
/** How jobs stand is asked again after this long, in milliseconds, and ever later, up to {@link ASK_MAX_MS}. */
const ASK_MS = 10_000;
const ASK_MAX_MS = 60_000;
const ASK_GROWTH = 1.5;

/** A job that was ordered and may still run. */
export interface RunningJob {
  /** Asks. May reject: then nothing is known. */
  hasEnded(): Promise<boolean>;
  /** Gives its place back. */
  release(): void;
}

/** The running jobs of one key, and who waits for one of them to end. */
export class JobsOfKey {
  readonly #clock: Clock;
  readonly #running = new Set<RunningJob>();
  readonly #waiting = new Set<object>();
  #askAtMs = -Infinity;
  #pauseMs = ASK_MS;
  #isAsking = false;
  #cancelTimer: (() => void) | undefined = undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether nothing runs, and nobody waits. */
  get isIdle(): boolean {
    return this.#running.size === 0 && this.#waiting.size === 0;
  }

  add(job: RunningJob): void {
    this.#running.add(job);
    this.#plan();
  }

  /** A job has ended, or is gone: whoever found out. */
  end(job: RunningJob): void {
    if (!this.#running.delete(job)) return;
    job.release();
    this.#plan();
  }

  join(waiter: object): void {
    // Who comes after a while in which nobody cared asks as if it were the first time.
    if (this.#waiting.size === 0) {
      this.#pauseMs = ASK_MS;
      this.#askAtMs = Math.max(this.#askAtMs, this.#clock.now() + PATIENCE_MS);
    }
    this.#waiting.add(waiter);
    this.#plan();
  }

  leave(waiter: object): void {
    this.#waiting.delete(waiter);
    this.#plan();
  }

  /** One timer, while there is somebody to ask for and something to ask about. */
  #plan(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#isAsking || this.#waiting.size === 0 || this.#running.size === 0) return;
    const delayMs = Math.max(0, this.#askAtMs - this.#clock.now());
    this.#cancelTimer = this.#clock.after(delayMs, () => {
      this.#cancelTimer = undefined;
      void this.#askAll();
    });
  }

  async #askAll(): Promise<void> {
    this.#isAsking = true;
    const asked = [...this.#running].map(async (job) => ({ job, isOver: await job.hasEnded().catch(() => false) }));
    const ended = (await Promise.all(asked)).filter(({ isOver }) => isOver);
    this.#isAsking = false;
    this.#pauseMs = ended.length > 0 ? ASK_MS : Math.min(ASK_MAX_MS, this.#pauseMs * ASK_GROWTH);
    this.#askAtMs = this.#clock.now() + this.#pauseMs;
    for (const { job } of ended) this.end(job);
    this.#plan();
  }
}
