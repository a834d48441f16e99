import type { DecisionTrack, Gaps, ModelTrack, Numbers } from "../../report/page-data.js";
import { MOVES } from "../../report/page-data.js";
import type { LoggedDecision } from "../../world/log.js";
import { Column } from "../column.js";
import type { Lane } from "../decision-log.js";
import type { TrackNews } from "../track-log.js";
import { firstOf, gaps, greatestOf, lastOf, type Stretch, sumOf } from "./merge.js";

const DECISIONS_KEPT = 200;

/** All that the page has been told of one contestant. */
export class TrackBook {
  readonly #columns = new Map<string, Column>();
  #lanes: readonly Lane[] = [];
  readonly #cells: number[][] = [];
  readonly #places = new Map<number, number[]>();
  #decisions: readonly LoggedDecision[] = [];

  take({ columns, lanes, cells, decisions }: TrackNews): void {
    for (const [name, changed] of Object.entries(columns)) {
      let column = this.#columns.get(name);
      if (column === undefined) {
        column = new Column(/limit|rate|p50|p99/.test(name) ? Number.NaN : 0);
        this.#columns.set(name, column);
      }
      column.take(changed);
    }
    this.#lanes = lanes;
    for (let at = 0; at < cells.length; at += 4) this.#takeCell([...cells.subarray(at, at + 4)]);
    if (decisions.length > 0) this.#decisions = [...this.#decisions, ...decisions].slice(-DECISIONS_KEPT);
  }

  /** The last of them, the latest last. */
  get decisions(): readonly LoggedDecision[] {
    return this.#decisions;
  }

  get hasLanes(): boolean {
    return this.#lanes.length > 0;
  }

  view(name: string): Float64Array {
    return this.#columns.get(name)?.view() ?? new Float64Array(0);
  }

  /** The whole of a column. */
  total(name: string): number {
    let sum = 0;
    for (const value of this.view(name)) sum += value;
    return sum;
  }

  model(name: string, index: number, stretch: Stretch, binS: number): ModelTrack {
    const of = (kind: string): Float64Array => this.view(`${index}/${kind}`);
    const perSecond = (kind: string): Numbers => sumOf(of(kind), stretch).map((count) => count / binS);
    return {
      name,
      limit: gaps(firstOf(of("limit"), stretch)),
      rate: gaps(greatestOf(of("rate"), stretch)),
      clientRates: [],
      accepted: perSecond("accepted"),
      sent: perSecond("sent"),
      refusals: {
        "429": sumOf(of("429"), stretch),
        "503": sumOf(of("503"), stretch),
        lost: sumOf(of("lost"), stretch),
      },
    };
  }

  levels(name: string, stretch: Stretch): Numbers {
    return lastOf(this.view(name), stretch);
  }

  waits(name: string, stretch: Stretch): Gaps {
    return gaps(greatestOf(this.view(name), stretch));
  }

  /** Accepted of all models together, per second. */
  goodput(models: number, stretch: Stretch, binS: number): Numbers {
    const lists = Array.from({ length: models }, (_, model) => sumOf(this.view(`${model}/accepted`), stretch));
    return (lists[0] ?? []).map((_, bin) => lists.reduce((sum, list) => sum + (list[bin] ?? 0), 0) / binS);
  }

  decisionTrack({ from, until, size }: Stretch): DecisionTrack {
    const order = this.#lanes
      .map((lane, index) => ({ ...lane, index, move: MOVES.indexOf(lane.move) }))
      .sort((one, other) => one.move - other.move || one.index - other.index);
    const placeOf = new Map(order.map(({ index }, place) => [index, place]));
    const lanes = order.map(({ because, move, many }) => ({ because, move, many }));
    const rows = (): DecisionTrack["rows"] => this.#rows({ from, until, size }, placeOf);
    let known: DecisionTrack["rows"] | undefined;
    return {
      lanes,
      // Others ask for the lanes alone.
      get rows() {
        known ??= rows();
        return known;
      },
    };
  }

  /** The cells of a stretch, those of bins that are shown as one put together. */
  #rows({ from, until, size }: Stretch, placeOf: ReadonlyMap<number, number>): DecisionTrack["rows"] {
    const lanes = placeOf.size;
    const count = Math.ceil((until - from) / size) * lanes;
    const many = new Float64Array(count);
    const rates = new Float64Array(count);
    const places = Array.from({ length: lanes }, (_, lane) => placeOf.get(lane) ?? 0);
    for (let at = this.#firstCell(from); at < this.#cells.length; at++) {
      const [bin = 0, lane = 0, times = 0, rate = 0] = this.#cells[at] ?? [];
      if (bin >= until) break;
      if (bin < from) continue;
      const place = Math.floor((bin - from) / size) * lanes + (places[lane] ?? 0);
      many[place] = (many[place] ?? 0) + times;
      rates[place] = rate;
    }
    const rows: [number, number, number, number][] = [];
    for (let at = 0; at < count; at++) {
      const times = many[at] ?? 0;
      if (times > 0) rows.push([Math.floor(at / lanes), at % lanes, times, rates[at] ?? 0]);
    }
    return rows;
  }

  #takeCell(cell: number[]): void {
    const [bin = 0, lane = 0] = cell;
    const key = bin * 64 + lane;
    const known = this.#places.get(key);
    if (known === undefined) {
      this.#places.set(key, cell);
      this.#cells.push(cell);
    } else known.splice(0, 4, ...cell);
  }

  #firstCell(bin: number): number {
    let low = 0;
    let high = this.#cells.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      // Those of one telling lie together, but not in order: a little earlier is early enough.
      if ((this.#cells[middle]?.[0] ?? 0) < bin) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 64);
  }
}
