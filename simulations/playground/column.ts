/** Numbers by bin, which grow, and tell what has changed since they were last asked. */
export class Column {
  #values: Float64Array<ArrayBuffer>;
  readonly #empty: number;
  #length = 0;
  #changedFrom = 0;

  /** `empty` is what a bin holds that nobody has set. */
  constructor(empty = 0) {
    this.#empty = empty;
    this.#values = new Float64Array(256).fill(empty);
  }

  get length(): number {
    return this.#length;
  }

  at(bin: number): number {
    return bin < this.#length ? (this.#values[bin] ?? this.#empty) : this.#empty;
  }

  add(bin: number, by: number): void {
    this.set(bin, this.at(bin) + by);
  }

  set(bin: number, value: number): void {
    this.#reach(bin + 1);
    this.#values[bin] = value;
    if (bin < this.#changedFrom) this.#changedFrom = bin;
  }

  /** Puts in what another column told of its changes. */
  take({ from, values }: Changed): void {
    this.#reach(from + values.length);
    this.#values.set(values, from);
  }

  /** What has changed since the last call, from the first such bin on; undefined where nothing has. */
  changes(): Changed | undefined {
    if (this.#changedFrom >= this.#length) return undefined;
    const from = this.#changedFrom;
    this.#changedFrom = this.#length;
    return { from, values: this.#values.slice(from, this.#length) };
  }

  /** All that there is, as it stands. */
  view(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }

  #reach(length: number): void {
    if (length > this.#values.length) {
      const larger = new Float64Array(Math.max(length, this.#values.length * 2)).fill(this.#empty);
      larger.set(this.#values.subarray(0, this.#length));
      this.#values = larger;
    }
    if (length > this.#length) this.#length = length;
  }
}

/** A stretch of a column. */
export interface Changed {
  readonly from: number;
  readonly values: Float64Array<ArrayBuffer>;
}
