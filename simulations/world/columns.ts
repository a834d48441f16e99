/** Room that a table begins with, in rows. */
const ROWS = 1_024;

/** A table of numbers that grows by rows. All its columns have room for as many, so that a row asks once whether there is any. */
export abstract class Table {
  readonly #columns: Column[] = [];
  #room = ROWS;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** One more column, in whose rows `blank` stands until something else is set. */
  protected column(blank = 0): Column {
    const column = new Column(this, this.#room, blank);
    this.#columns.push(column);
    return column;
  }

  /** Adds a blank row, and tells its index. */
  protected add(): number {
    if (this.#length === this.#room) {
      this.#room *= 2;
      for (const column of this.#columns) column.grow(this.#room);
    }
    return this.#length++;
  }
}

/** A column of a {@link Table}. */
export class Column {
  readonly #table: Table;
  readonly #blank: number;
  #values: Float64Array;

  constructor(table: Table, room: number, blank: number) {
    this.#table = table;
    this.#blank = blank;
    this.#values = new Float64Array(room).fill(blank);
  }

  /** What stands in a row; NaN where there is none. */
  at(row: number): number {
    return this.#values[row] ?? Number.NaN;
  }

  /** Puts a value into a row that was added. */
  set(row: number, value: number): void {
    this.#values[row] = value;
  }

  /** All of it, to be read while nothing is added. */
  view(): Float64Array {
    return this.#values.subarray(0, this.#table.length);
  }

  /** Makes room for so many rows. */
  grow(room: number): void {
    const larger = new Float64Array(room);
    larger.set(this.#values);
    larger.fill(this.#blank, this.#values.length);
    this.#values = larger;
  }
}
