/** Before so much has passed, charts show so much. */
const SPAN_MIN_S = 30;

/** A stretch of time, in seconds. */
export type Range = readonly [fromS: number, untilS: number];

/** What is looked at of a run. */
export class Outlook {
  readonly #durationS: number;
  #spanS = 0;
  #zoomed: Range | undefined;

  constructor(durationMs: number) {
    this.#durationS = durationMs / 1_000;
  }

  /** The last so many seconds; 0: all so far; -1: the whole run. What was looked at closer isn't any more. */
  show(spanS: number): void {
    this.#spanS = spanS;
    this.#zoomed = undefined;
  }

  /** Looks at a part closer, and stays there; undefined: no more. */
  zoom(range: Range | undefined): void {
    this.#zoomed = range === undefined ? undefined : this.#within(range);
  }

  range(nowMs: number): Range {
    if (this.#zoomed !== undefined) return this.#zoomed;
    if (this.#spanS < 0) return [0, this.#durationS];
    const untilS = Math.min(this.#durationS, Math.max(nowMs / 1_000, SPAN_MIN_S));
    return [this.#spanS === 0 ? 0 : Math.max(0, untilS - this.#spanS), untilS];
  }

  /** As much of a range as there is of the run; undefined where there is none. */
  #within([fromS, untilS]: Range): Range | undefined {
    const from = Math.max(0, Math.min(fromS, untilS));
    const until = Math.min(this.#durationS, Math.max(fromS, untilS));
    return from < until ? [from, until] : undefined;
  }
}
