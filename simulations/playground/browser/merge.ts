/** A stretch of bins, and how many of them are shown as one: a chart has no more points than a screen. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
  readonly size: number;
}

/** Bins that a chart shows at most. */
const SHOWN_MAX = 800;

/** The stretch from one bin to another, its edges where those of its neighbours would be. */
export function stretchOf(fromBin: number, untilBin: number, sizeMin = 1): Stretch {
  const size = Math.max(sizeMin, Math.ceil((untilBin - fromBin) / SHOWN_MAX));
  const from = Math.max(0, Math.floor(fromBin / size) * size);
  return { from, until: Math.max(from + size, Math.ceil(untilBin / size) * size), size };
}

export function sumOf(values: Float64Array, stretch: Stretch): number[] {
  return merged(values, stretch, 0, (sum, value) => sum + value);
}

export function lastOf(values: Float64Array, stretch: Stretch): number[] {
  return merged(values, stretch, 0, (_, value) => value);
}

/** Of those that are numbers; NaN where none is. */
export function firstOf(values: Float64Array, stretch: Stretch): number[] {
  return merged(values, stretch, Number.NaN, (first, value) => (Number.isNaN(first) ? value : first));
}

export function greatestOf(values: Float64Array, stretch: Stretch): number[] {
  return merged(values, stretch, Number.NaN, (most, value) => (value > most || Number.isNaN(most) ? value : most));
}

/** What isn't a number is a gap. */
export function gaps(values: readonly number[]): (number | null)[] {
  return values.map((value) => (Number.isNaN(value) ? null : value));
}

function merged(
  values: Float64Array,
  { from, until, size }: Stretch,
  start: number,
  merge: (so: number, value: number) => number,
): number[] {
  const count = Math.ceil((until - from) / size);
  const list = new Array<number>(count);
  for (let bin = 0; bin < count; bin++) {
    let value = start;
    const first = from + bin * size;
    const last = Math.min(values.length, first + size);
    for (let at = first; at < last; at++) value = merge(value, values[at] ?? start);
    list[bin] = value;
  }
  return list;
}
