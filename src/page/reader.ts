import type { Listener, Sink } from "./answer.js";

/** Who has taken nothing for so long, in milliseconds, is not waited for at the end. */
const END_PATIENCE_MS = 1_000;

/**
 * One who reads the stream. Nothing is kept for it: while it takes nothing, it misses what is told, and afterwards gets all
 * there is anew.
 */
export class Reader implements Listener {
  readonly #sink: Sink;
  readonly #onClose: (reader: Reader) => void;
  /** Since when it has taken nothing; undefined while it does. */
  stuckSinceMs: number | undefined = undefined;
  #mustCatchUp = true;

  constructor(sink: Sink, onClose: (reader: Reader) => void) {
    this.#sink = sink;
    this.#onClose = onClose;
  }

  /** Writes what has changed, or everything where it has missed something. Makes neither for nobody. */
  tell(increment: () => string | undefined, everything: () => string, nowMs: number): void {
    if (this.stuckSinceMs !== undefined) {
      this.#mustCatchUp = true;
      return;
    }
    const text = this.#mustCatchUp ? everything() : increment();
    if (text === undefined) return;
    this.#mustCatchUp = false;
    if (!this.#sink.write(text)) this.stuckSinceMs = nowMs;
  }

  end(last: string, nowMs: number): void {
    // Who has been stuck wouldn't read it, and mustn't keep us; but one large message fills any pipe for a moment.
    if (this.stuckSinceMs !== undefined && nowMs - this.stuckSinceMs > END_PATIENCE_MS) return this.cut();
    this.#sink.write(last);
    this.#sink.end();
  }

  cut(): void {
    this.#sink.destroy();
    this.onClose();
  }

  onDrain(): void {
    this.stuckSinceMs = undefined;
  }

  onClose(): void {
    this.#onClose(this);
  }
}
