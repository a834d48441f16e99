/** A stretch of bins, and how many of them are shown as one: a chart has no more points than a screen. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
  readonly size: number;
}

/** Bins that a chart shows at most: half a thousand are all that a column of a wide screen can tell apart. */
const SHOWN_MAX = 500;

/** The stretch from one bin to another, its edges where those of its neighbours would be. */
export function stretchOf(fromBin: number, untilBin: number, sizeMin = 1): Stretch {
  const size = Math.max(sizeMin, Math.ceil((untilBin - fromBin) / SHOWN_MAX));
  const from = Math.max(0, Math.floor(fromBin / size) * size);
  return { from, until: Math.max(from + size, Math.ceil(untilBin / size) * size), size };
}

/** How bins become one. */
export type Merge = "sum" | "last" | "first" | "greatest";

/** Bins of a column that are shown as one, kept between two drawings: only what has changed is merged again. */
export class Merged {
  readonly #from: number;
  readonly #size: number;
  readonly #merge: Merge;
  readonly #list: (number | null)[] = [];
  /** So many of the first are as they should be. */
  #fresh = 0;

  constructor({ from, size }: Stretch, merge: Merge) {
    this.#from = from;
    this.#size = size;
    this.#merge = merge;
  }

  isOf({ from, size }: Stretch, merge: Merge): boolean {
    return from === this.#from && size === this.#size && merge === this.#merge;
  }

  /** Bins have changed, from this one on. */
  touch(bin: number): void {
    this.#fresh = Math.min(this.#fresh, Math.max(0, Math.floor((bin - this.#from) / this.#size)));
  }

  /** An entry for each bin that is shown, null where there is no number. The list is the same each time, brought up to date. */
  of(values: Float64Array, until: number): readonly (number | null)[] {
    const count = Math.ceil((until - this.#from) / this.#size);
    this.#list.length = Math.min(this.#list.length, count);
    for (let bin = Math.min(this.#fresh, this.#list.length); bin < count; bin++) {
      const first = this.#from + bin * this.#size;
      this.#list[bin] = merged(values, first, Math.min(values.length, first + this.#size), this.#merge);
    }
    this.#fresh = count;
    return this.#list;
  }
}

/** Those from `first` to `last` as one. */
function merged(values: Float64Array, first: number, last: number, merge: Merge): number | null {
  let so = merge === "sum" || merge === "last" ? 0 : Number.NaN;
  for (let at = first; at < last; at++) {
    const value = values[at] ?? 0;
    if (merge === "sum") so += value;
    else if (merge === "last") so = value;
    else if (merge === "first") so = Number.isNaN(so) ? value : so;
    else if (value > so || Number.isNaN(so)) so = value;
  }
  return Number.isNaN(so) ? null : so;
}
