import type { BudgetSnapshot } from "../../flow/budgets.js";
import type { DecisionEvent, SluiceEvent } from "../../flow/event.js";
import { type Increment, idOf, type Picture, type Series, type ToldDecision } from "./message.js";
import { KeySeries } from "./series.js";

/** Keys that have rows: a person reads no more. */
const KEYS_MAX = 100;
/** Keys that have a chart. */
const CHARTED_MAX = 12;
export const DECISIONS_MAX = 100;
/** The busiest keys are those that have sent most in so many seconds. */
const BUSY_SECONDS = 60;

/** What is seen of a sluice while somebody looks, bounded in all its parts. */
export class Watched {
  readonly #series = new Map<string, KeySeries>();
  #decisions: ToldDecision[] = [];
  #newDecisions: ToldDecision[] = [];
  #rows: readonly BudgetSnapshot[] = [];
  #told = new Map<string, string>();
  #charted: readonly string[] = [];
  #keysLeft = 0;

  get decisions(): readonly ToldDecision[] {
    return this.#decisions;
  }

  get charted(): readonly string[] {
    return this.#charted;
  }

  /** @param wallMs when it happened, in milliseconds since 1970 */
  take(event: SluiceEvent, wallMs: number): void {
    if (event.type === "decision") this.#decide(event, wallMs);
    else if (event.type === "sent" || event.type === "response") {
      this.#seriesOf(event.key)?.take(event, Math.floor(wallMs / 1_000));
    }
  }

  /** Everything, for who knows nothing. */
  picture(): Omit<Picture, "atMs" | "isAllPaused"> {
    const series = this.#charted.map((key): Series => ({ key, isWhole: true, points: this.#pointsOf(key, true) }));
    return { rows: this.#rows, keysLeft: this.#keysLeft, series, charted: this.#charted };
  }

  /** Looks at the budgets, and tells what has changed since the last look. */
  look(budgets: readonly BudgetSnapshot[], wallMs: number): Omit<Increment, "type" | "atMs" | "isAllPaused"> {
    const second = Math.floor(wallMs / 1_000);
    this.#choose(budgets, second);
    const told = new Map(this.#rows.map((row) => [idOf(row), JSON.stringify(row)]));
    const rows = this.#rows.filter((row) => this.#told.get(idOf(row)) !== told.get(idOf(row)));
    const gone = [...this.#told.keys()].filter((id) => !told.has(id));
    this.#told = told;
    const before = new Set(this.#charted);
    this.#charted = this.#busiest(second);
    const series = this.#charted.map((key): Series => {
      const isWhole = !before.has(key);
      return { key, isWhole, points: this.#pointsOf(key, isWhole) };
    });
    const decisions = this.#newDecisions;
    this.#newDecisions = [];
    return { rows, gone, keysLeft: this.#keysLeft, series, charted: this.#charted, decisions };
  }

  /** Rows of those keys that have something to do, and of the latest beside them. */
  #choose(budgets: readonly BudgetSnapshot[], second: number): void {
    const keys = new Map<string, number>();
    for (const { key, queued, inFlight } of budgets) keys.set(key, queued + inFlight);
    const chosen = keys.size <= KEYS_MAX ? undefined : new Set(mostFirst(keys).slice(0, KEYS_MAX));
    this.#keysLeft = chosen === undefined ? 0 : keys.size - KEYS_MAX;
    this.#rows = chosen === undefined ? budgets : budgets.filter(({ key }) => chosen.has(key));
    for (const key of this.#series.keys()) if (!keys.has(key)) this.#series.delete(key);
    // Of several budgets of requests the scarcest is what is allowed.
    const scarcest = new Map<string, BudgetSnapshot>();
    for (const row of this.#rows) {
      const known = scarcest.get(row.key);
      if (row.dimension === "requests" && (row.ratePerSecond ?? Infinity) < (known?.ratePerSecond ?? Infinity)) {
        scarcest.set(row.key, row);
      }
    }
    for (const [key, row] of scarcest) this.#seriesOf(key)?.sample(row, second);
  }

  #busiest(second: number): readonly string[] {
    const sent = new Map([...this.#series].map(([key, series]) => [key, series.sentSince(second - BUSY_SECONDS)]));
    return mostFirst(sent).slice(0, CHARTED_MAX);
  }

  #seriesOf(key: string): KeySeries | undefined {
    const known = this.#series.get(key);
    if (known !== undefined || this.#series.size >= KEYS_MAX) return known;
    const series = new KeySeries();
    this.#series.set(key, series);
    return series;
  }

  #pointsOf(key: string, isWhole: boolean): Series["points"] {
    const series = this.#series.get(key);
    return (isWhole ? series?.all() : series?.fresh()) ?? [];
  }

  #decide({ key, dimension, scope, ratePerSecond, limitPerSecond, decision }: DecisionEvent, atMs: number): void {
    const told: ToldDecision = {
      ...{ ...decision, atMs, key, dimension, ratePerSecond },
      ...(scope !== undefined && { scope }),
      ...(limitPerSecond !== undefined && { limitPerSecond }),
    };
    this.#decisions = [...this.#decisions.slice(1 - DECISIONS_MAX), told];
    this.#newDecisions = [...this.#newDecisions.slice(1 - DECISIONS_MAX), told];
  }
}

/** Names by their numbers, the highest first; of equals in the order in which they came. */
function mostFirst(numbers: ReadonlyMap<string, number>): string[] {
  return [...numbers].sort(([, a], [, b]) => b - a).map(([name]) => name);
}
