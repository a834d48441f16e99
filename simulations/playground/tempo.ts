/** A stretch over which the pace is measured, in real milliseconds. */
const STRETCH_MS = 1_000;

/** How virtual time goes with real time: where it should be, and how fast it really goes. */
export class Tempo {
  #anchorRealMs: number;
  #anchorMs = 0;
  #since: Mark;
  #measured = { timesReal: 0, triesPerSecond: 0 };

  constructor(realMs: number) {
    this.#anchorRealMs = realMs;
    this.#since = { realMs, nowMs: 0, tries: 0 };
  }

  /** From this instant on it goes at its speed. */
  restart(realMs: number, nowMs: number): void {
    this.#anchorRealMs = realMs;
    this.#anchorMs = nowMs;
  }

  /** Where it should be by now: whole milliseconds. */
  targetMs(realMs: number, speed: number): number {
    // No time times endless speed is no number.
    if (speed === Number.POSITIVE_INFINITY) return speed;
    return Math.floor(this.#anchorMs + (realMs - this.#anchorRealMs) * speed);
  }

  /** How fast it went lately. */
  measure(
    realMs: number,
    nowMs: number,
    tries: number,
  ): { readonly timesReal: number; readonly triesPerSecond: number } {
    const { realMs: sinceMs, nowMs: fromMs, tries: triesBefore } = this.#since;
    const passedMs = realMs - sinceMs;
    if (nowMs < fromMs || tries < triesBefore) {
      this.#since = { realMs, nowMs, tries };
      this.#measured = { timesReal: 0, triesPerSecond: 0 };
    } else if (passedMs >= STRETCH_MS || (passedMs > 0 && this.#measured.timesReal === 0)) {
      this.#measured = {
        timesReal: (nowMs - fromMs) / passedMs,
        triesPerSecond: ((tries - triesBefore) * 1_000) / passedMs,
      };
      if (passedMs >= STRETCH_MS) this.#since = { realMs, nowMs, tries };
    }
    return this.#measured;
  }
}

interface Mark {
  readonly realMs: number;
  readonly nowMs: number;
  readonly tries: number;
}
