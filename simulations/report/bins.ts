/** Equal stretches of a run. */
export interface Bins {
  readonly widthMs: number;
  readonly count: number;
  /** The bin of an instant. */
  of(atMs: number): number;
}

/** Widths that a person can name, in seconds; none is finer than the samples of a run. */
const WIDTHS_S = [1, 2, 3, 5, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600];

/** The narrowest bins of a named width, at least `widthMinMs`, of which no more than `countMax` fit a run. */
export function binsOf(durationMs: number, countMax: number, widthMinMs = 1_000): Bins {
  const fits = (widthMs: number): boolean => widthMs >= widthMinMs && durationMs / widthMs <= countMax;
  const named = WIDTHS_S.map((widthS) => widthS * 1_000).find(fits);
  const widthMs = named ?? Math.max(widthMinMs, Math.ceil(durationMs / countMax));
  const count = Math.max(1, Math.ceil(durationMs / widthMs));
  return { widthMs, count, of: (atMs) => Math.min(count - 1, Math.max(0, Math.floor(atMs / widthMs))) };
}

/** A zero for each bin. */
export function zeros({ count }: Bins): number[] {
  return new Array<number>(count).fill(0);
}

/** Rounds for the page: four digits are more than an eye can see, and save half of its size. */
export function short(value: number): number {
  return Number(value.toPrecision(4));
}

/** The same where there may be no number. */
export function shortOrNull(value: number | null | undefined): number | null {
  return value === null || value === undefined || !Number.isFinite(value) ? null : short(value);
}
