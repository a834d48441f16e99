import { type Piece, Turns } from "./turns.js";

/** Another piece is drawn in a frame only where what the page does of its own accord then stays below. */
const BUDGET_MS = 4;
/** Frames that are remembered. */
const KEPT = 600;
/** Fewer say nothing of the next hundred. */
const TELLING = 100;

/** What frames come from: a browser, or a test. */
export interface FrameSource {
  /** Milliseconds. */
  now(): number;
  onNext(frame: () => void): void;
}

/** Spreads drawing over frames, and knows what it takes. */
export class Frames {
  readonly #source: FrameSource;
  readonly #turns: Turns;
  readonly #costs: number[] = [];
  /** Called once all is drawn. */
  #waiting: (() => void)[] = [];
  #sinceFrameMs = 0;
  #isAsked = false;

  constructor(source: FrameSource) {
    this.#source = source;
    this.#turns = new Turns(BUDGET_MS, () => source.now());
  }

  /** Draws these, in frames to come and in the place of what still was to be drawn, then says so. */
  draw(pieces: readonly Piece[], then: () => void): void {
    this.#turns.put(pieces);
    this.#waiting.push(then);
    if (this.#turns.isDone) this.#tell();
    else this.#ask();
  }

  /** Counts work between two frames. */
  work(task: () => void): void {
    const beganMs = this.#source.now();
    task();
    this.#sinceFrameMs += this.#source.now() - beganMs;
  }

  /**
   * Milliseconds that 95 of 100 frames with any work stayed below, but for those in which something was built; undefined while there are
   * so few that the worst of them would stand for all.
   */
  p95Ms(): number | undefined {
    if (this.#costs.length < TELLING) return undefined;
    const sorted = [...this.#costs].sort((one, other) => one - other);
    return sorted[Math.floor(sorted.length * 0.95)];
  }

  #ask(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#source.onNext(() => {
      this.#isAsked = false;
      this.#frame();
    });
  }

  #frame(): void {
    const beganMs = this.#source.now();
    const before = this.#sinceFrameMs;
    this.#sinceFrameMs = 0;
    let isUsual = false;
    try {
      isUsual = this.#turns.take(before);
    } finally {
      // What can't be drawn is skipped: whoever waits for all to be drawn would wait for ever.
      if (this.#turns.isDone) this.#tell();
      else this.#ask();
    }
    if (isUsual) this.#costs.push(this.#source.now() - beganMs + before);
    if (this.#costs.length > KEPT) this.#costs.shift();
  }

  #tell(): void {
    for (const then of this.#waiting.splice(0)) then();
  }
}
