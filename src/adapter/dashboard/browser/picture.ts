import type { BudgetSnapshot } from "../../../flow/budgets.js";
import { type About, type Increment, idOf, type Point, type Snapshot, type ToldDecision } from "../message.js";

/** What a page knows, put together from what it was told. */
export class Picture {
  about: About = { kind: "program", title: "", startedAtMs: 0 };
  atMs = 0;
  readonly rows = new Map<string, BudgetSnapshot>();
  keysLeft = 0;
  readonly series = new Map<string, Point[]>();
  charted: readonly string[] = [];
  decisions: ToldDecision[] = [];
  isAllPaused = false;
  extra: unknown;
  #decisionsMax = 0;
  #secondsMax = 0;

  take(message: Snapshot | Increment): void {
    if (message.type === "snapshot") this.#begin(message);
    else {
      for (const id of message.gone) this.rows.delete(id);
      this.decisions = [...this.decisions, ...message.decisions].slice(-this.#decisionsMax);
    }
    for (const row of message.rows) this.rows.set(idOf(row), row);
    for (const { key, isWhole, points } of message.series) {
      this.series.set(key, isWhole ? [...points] : this.#extended(this.series.get(key) ?? [], points));
    }
    for (const key of this.series.keys()) if (!message.charted.includes(key)) this.series.delete(key);
    const { atMs, keysLeft, charted, isAllPaused } = message;
    Object.assign(this, { atMs, keysLeft, charted, isAllPaused });
    if (message.extra !== undefined) this.extra = message.extra;
  }

  /** Rows by key, those that have charts first. */
  byKey(): ReadonlyMap<string, readonly BudgetSnapshot[]> {
    const groups = new Map<string, BudgetSnapshot[]>(this.charted.map((key) => [key, []]));
    for (const row of this.rows.values()) {
      const group = groups.get(row.key);
      if (group === undefined) groups.set(row.key, [row]);
      else group.push(row);
    }
    return groups;
  }

  #begin({ about, decisions, decisionsMax, secondsMax }: Snapshot): void {
    this.about = about;
    this.decisions = [...decisions];
    this.#decisionsMax = decisionsMax;
    this.#secondsMax = secondsMax;
    this.rows.clear();
    this.series.clear();
  }

  /** The last second goes on: it is told again, with what it has come to. */
  #extended(known: Point[], fresh: readonly Point[]): Point[] {
    const first = fresh[0]?.[0] ?? Infinity;
    while ((known.at(-1)?.[0] ?? -Infinity) >= first) known.pop();
    known.push(...fresh);
    if (known.length > this.#secondsMax) known.splice(0, known.length - this.#secondsMax);
    return known;
  }
}
