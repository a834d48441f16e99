import type { DecisionTrack, Gaps, ModelTrack, Numbers } from "../../report/page-data.js";
import type { LoggedDecision } from "../../world/log.js";
import type { TrackNews } from "../track-log.js";
import { BookColumn } from "./book-column.js";
import { DecisionCells } from "./decision-cells.js";
import type { Stretch } from "./merge.js";

const DECISIONS_KEPT = 200;
const NOTHING = new BookColumn();

/** All that the page has been told of one contestant. */
export class TrackBook {
  readonly #columns = new Map<string, BookColumn>();
  readonly #cells = new DecisionCells();
  #decisions: readonly LoggedDecision[] = [];

  take({ columns, lanes, cells, decisions }: TrackNews): void {
    for (const [name, changed] of Object.entries(columns)) {
      let column = this.#columns.get(name);
      if (column === undefined) {
        column = new BookColumn(/limit|rate|p50|p99/.test(name) ? Number.NaN : 0);
        this.#columns.set(name, column);
      }
      column.take(changed);
    }
    this.#cells.take(lanes, cells);
    if (decisions.length > 0) this.#decisions = [...this.#decisions, ...decisions].slice(-DECISIONS_KEPT);
  }

  /** The last of them, the latest last. */
  get decisions(): readonly LoggedDecision[] {
    return this.#decisions;
  }

  view(name: string): Float64Array {
    return this.#column(name).view();
  }

  /** The whole of a column. */
  total(name: string): number {
    return this.#column(name).total;
  }

  model(name: string, index: number, stretch: Stretch, binS: number): ModelTrack {
    const of = (kind: string): BookColumn => this.#column(`${index}/${kind}`);
    return {
      name,
      limit: of("limit").gaps("first", stretch),
      rate: of("rate").gaps("greatest", stretch),
      clientRates: [],
      accepted: this.perSecond(`${index}/accepted`, stretch, binS),
      sent: this.perSecond(`${index}/sent`, stretch, binS),
      refusals: {
        "429": of("429").numbers("sum", stretch),
        "503": of("503").numbers("sum", stretch),
        lost: of("lost").numbers("sum", stretch),
      },
    };
  }

  /** A column of counts, as they come in a second. */
  perSecond(name: string, stretch: Stretch, binS: number): Numbers {
    const counts = this.#column(name).numbers("sum", stretch);
    return binS === 1 ? counts : counts.map((count) => count / binS);
  }

  levels(name: string, stretch: Stretch): Numbers {
    return this.#column(name).numbers("last", stretch);
  }

  waits(name: string, stretch: Stretch): Gaps {
    return this.#column(name).gaps("greatest", stretch);
  }

  /** Of all models together, per second: what was `accepted`, or `sent`. */
  together(kind: "accepted" | "sent", models: number, stretch: Stretch, binS: number): Numbers {
    const lists = Array.from({ length: models }, (_, model) => this.perSecond(`${model}/${kind}`, stretch, binS));
    const [first = [], ...others] = lists;
    return others.length === 0
      ? first
      : first.map((count, bin) => others.reduce((sum, list) => sum + (list[bin] ?? 0), count));
  }

  decisionTrack(stretch: Stretch): DecisionTrack {
    return this.#cells.track(stretch);
  }

  #column(name: string): BookColumn {
    return this.#columns.get(name) ?? NOTHING;
  }
}
