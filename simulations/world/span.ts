/** A stretch of a run, in milliseconds from its start: `fromMs` belongs to it, `untilMs` doesn't. */
export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}
