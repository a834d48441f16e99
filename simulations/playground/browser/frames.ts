/** What the page does of its own accord in a frame takes no longer; what is left is drawn in the next. */
const BUDGET_MS = 4;
/** Frames that are remembered. */
const KEPT = 600;

/** Spreads drawing over frames, and knows what it takes. */
export class Frames {
  readonly #costs: number[] = [];
  #tasks: (() => void)[] = [];
  /** Called once all is drawn. */
  #waiting: (() => void)[] = [];
  #sinceFrameMs = 0;

  constructor() {
    const frame = (): void => {
      const beganMs = performance.now();
      let hasDrawn = false;
      for (let task = this.#tasks.shift(); task !== undefined; task = this.#tasks.shift()) {
        hasDrawn = true;
        task();
        if (performance.now() - beganMs >= BUDGET_MS) break;
      }
      if (hasDrawn && this.#tasks.length === 0) this.#tell();
      this.#keep(performance.now() - beganMs + this.#sinceFrameMs);
      this.#sinceFrameMs = 0;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  /** Draws these, in frames to come and in the place of what still was to be drawn, then says so. */
  draw(tasks: readonly (() => void)[], then: () => void): void {
    this.#tasks = [...tasks];
    this.#waiting.push(then);
    if (this.#tasks.length === 0) this.#tell();
  }

  /** Counts work between two frames. */
  work(task: () => void): void {
    const beganMs = performance.now();
    task();
    this.#sinceFrameMs += performance.now() - beganMs;
  }

  /** Milliseconds that 95 of 100 frames with any work stayed below. */
  p95Ms(): number {
    const busy = this.#costs.filter((cost) => cost > 0.05).sort((one, other) => one - other);
    return busy[Math.floor(busy.length * 0.95)] ?? 0;
  }

  forget(): void {
    this.#costs.length = 0;
  }

  #tell(): void {
    for (const then of this.#waiting.splice(0)) then();
  }

  #keep(costMs: number): void {
    this.#costs.push(costMs);
    if (this.#costs.length > KEPT) this.#costs.shift();
  }
}
