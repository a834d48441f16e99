import type { LoggedDecision } from "../world/log.js";

/** Decisions that a page is sent one by one, the latest: all of them are counted. */
const TOLD_MAX = 60;

/** Why rates were moved, and how often so far. */
export interface Lane {
  readonly move: LoggedDecision["move"];
  readonly because: string;
  readonly many: number;
}

/** What has come to a {@link DecisionLog} since it was last asked. */
export interface DecisionNews {
  readonly lanes: readonly Lane[];
  /** Fours: bin, lane, how many, the rate after the last. */
  readonly cells: Float64Array<ArrayBuffer>;
  readonly decisions: readonly LoggedDecision[];
}

interface Cell {
  readonly bin: number;
  readonly lane: number;
  many: number;
  rate: number;
}

/** The steps of controllers, by bin and reason. */
export class DecisionLog {
  readonly #lanes: { move: LoggedDecision["move"]; because: string; many: number; cell: Cell | undefined }[] = [];
  readonly #changed = new Set<Cell>();
  #told: LoggedDecision[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(decision: LoggedDecision, bin: number): void {
    const { move, because, ratePerSecond } = decision;
    let index = this.#lanes.findIndex((each) => each.because === because && each.move === move);
    if (index < 0) index = this.#lanes.push({ move, because, many: 0, cell: undefined }) - 1;
    const lane = this.#lanes[index];
    if (lane === undefined) return;
    // Time only goes on: what has been told of earlier bins stays.
    if (lane.cell?.bin !== bin) lane.cell = { bin, lane: index, many: 0, rate: 0 };
    lane.many++;
    lane.cell.many++;
    lane.cell.rate = ratePerSecond;
    this.#changed.add(lane.cell);
    this.#told.push(decision);
    if (this.#told.length > 2 * TOLD_MAX) this.#told = this.#told.slice(-TOLD_MAX);
    this.#length++;
  }

  news(): DecisionNews {
    const cells = Float64Array.from([...this.#changed].flatMap(({ bin, lane, many, rate }) => [bin, lane, many, rate]));
    const decisions = this.#told.slice(-TOLD_MAX);
    this.#changed.clear();
    this.#told = [];
    return { lanes: this.#lanes.map(({ move, because, many }) => ({ move, because, many })), cells, decisions };
  }
}
