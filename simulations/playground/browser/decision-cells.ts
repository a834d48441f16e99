import { type DecisionTrack, MOVES } from "../../report/page-data.js";
import type { Lane } from "../decision-log.js";
import type { Stretch } from "./merge.js";

/** More reasons than a controller has. */
const LANES_MAX = 64;

interface Cell {
  readonly bin: number;
  readonly lane: number;
  many: number;
  rate: number;
}

type Row = [bin: number, lane: number, many: number, rate: number];

/** Cells of bins that are shown as one, put together. */
interface Kept {
  readonly from: number;
  readonly size: number;
  /** The place of each lane among those shown. */
  readonly places: readonly number[];
  readonly rows: Row[];
  readonly byKey: Map<number, Row>;
}

/** Why a contestant's rates were moved, bin by bin. What a chart shows of it is kept between two drawings. */
export class DecisionCells {
  /** In the order of their bins. */
  readonly #cells: Cell[] = [];
  readonly #byKey = new Map<number, Cell>();
  #lanes: readonly Lane[] = [];
  #kept: Kept | undefined;

  /** Takes the reasons so far, and fours of what has changed: bin, lane, how many, the rate after the last. */
  take(lanes: readonly Lane[], fours: Float64Array): void {
    // A new reason may stand between others.
    if (lanes.length !== this.#lanes.length) this.#kept = undefined;
    this.#lanes = lanes;
    for (let at = 0; at < fours.length; at += 4) {
      const [bin = 0, lane = 0, many = 0, rate = 0] = fours.subarray(at, at + 4);
      const cell = this.#cellOf(bin, lane);
      const by = many - cell.many;
      cell.many = many;
      cell.rate = rate;
      if (this.#kept !== undefined) put(this.#kept, cell, by);
    }
  }

  /** The lanes in the order they are shown, and their cells over a stretch: those of bins that are shown as one put together. */
  track(stretch: Stretch): DecisionTrack {
    const order = this.#order();
    const lanes = order.map(({ because, move, many }) => ({ because, move, many }));
    const rows = (): DecisionTrack["rows"] => this.#rows(stretch, order);
    return {
      lanes,
      // Others ask for the lanes alone.
      get rows() {
        return rows();
      },
    };
  }

  #order(): readonly { because: string; many: number; index: number; move: number }[] {
    return this.#lanes
      .map(({ because, many, move }, index) => ({ because, many, index, move: MOVES.indexOf(move) }))
      .sort((one, other) => one.move - other.move || one.index - other.index);
  }

  #rows({ from, size }: Stretch, order: readonly { readonly index: number }[]): DecisionTrack["rows"] {
    let kept = this.#kept;
    if (kept === undefined || kept.from !== from || kept.size !== size) {
      const places = order.map((_, lane) => order.findIndex(({ index }) => index === lane));
      kept = { from, size, places, rows: [], byKey: new Map() };
      for (let at = this.#firstCell(from); at < this.#cells.length; at++) {
        const cell = this.#cells[at];
        if (cell !== undefined) put(kept, cell, cell.many);
      }
      this.#kept = kept;
    }
    return kept.rows;
  }

  #cellOf(bin: number, lane: number): Cell {
    const key = bin * LANES_MAX + lane;
    let cell = this.#byKey.get(key);
    if (cell === undefined) {
      cell = { bin, lane, many: 0, rate: 0 };
      this.#byKey.set(key, cell);
      this.#cells.push(cell);
    }
    return cell;
  }

  /** Where the first cell of a bin is. */
  #firstCell(bin: number): number {
    let low = 0;
    let high = this.#cells.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#cells[middle]?.bin ?? 0) < bin) low = middle + 1;
      else high = middle;
    }
    // Those of one telling lie together, but not in order: a little earlier is early enough.
    return Math.max(0, low - LANES_MAX);
  }
}

/** Adds to what is shown of a cell. */
function put({ from, size, places, rows, byKey }: Kept, { bin, lane, rate }: Cell, by: number): void {
  if (bin < from) return;
  const shown = Math.floor((bin - from) / size);
  const key = shown * LANES_MAX + lane;
  const row = byKey.get(key);
  if (row === undefined) {
    const made: Row = [shown, places[lane] ?? 0, by, rate];
    byKey.set(key, made);
    rows.push(made);
  } else {
    row[2] += by;
    row[3] = rate;
  }
}
