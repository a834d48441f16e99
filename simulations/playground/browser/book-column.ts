import type { Gaps, Numbers } from "../../report/page-data.js";
import { type Changed, Column } from "../column.js";
import { type Merge, Merged, type Stretch } from "./merge.js";

/** Charts that show one column look at it in so many ways at most. */
const WAYS_MAX = 4;

/** A column that the page was told of: its sum, and what charts show of it, are kept between two drawings. */
export class BookColumn {
  readonly #column: Column;
  /** The last used is the last. */
  readonly #ways: Merged[] = [];
  #total = 0;

  /** `empty` is what a bin holds that nobody has told of. */
  constructor(empty = 0) {
    this.#column = new Column(empty);
  }

  take(changed: Changed): void {
    const { from, values } = changed;
    const before = this.#column.length;
    this.#total += sumOf(values) - sumOf(this.view().subarray(from, from + values.length));
    this.#column.take(changed);
    for (const way of this.#ways) way.touch(Math.min(from, before));
  }

  /** All that there is, as it stands. */
  view(): Float64Array {
    return this.#column.view();
  }

  /** Of the whole. */
  get total(): number {
    return this.#total;
  }

  /** Nothing told is 0. */
  numbers(merge: "sum" | "last", stretch: Stretch): Numbers {
    return this.#merged(merge, stretch) as Numbers;
  }

  /** Nothing told is a gap. */
  gaps(merge: "first" | "greatest", stretch: Stretch): Gaps {
    return this.#merged(merge, stretch);
  }

  #merged(merge: Merge, stretch: Stretch): Gaps {
    const index = this.#ways.findIndex((way) => way.isOf(stretch, merge));
    const way = (index < 0 ? undefined : this.#ways.splice(index, 1)[0]) ?? new Merged(stretch, merge);
    this.#ways.push(way);
    if (this.#ways.length > WAYS_MAX) this.#ways.shift();
    return way.of(this.view(), stretch.until);
  }
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
