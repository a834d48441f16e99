import { quantile } from "../measure/quantile.js";
import { KIND_OF } from "../report/rates.js";
import type { LoggedDecision } from "../world/log.js";
import type { OpenWorld } from "../world/open-world.js";
import { type Changed, Column } from "./column.js";
import { DecisionLog, type DecisionNews } from "./decision-log.js";
import type { Onlooker } from "./onlooker.js";

/** What a page is told of one contestant since it was last told. Bins are the samples of its world. */
export interface TrackNews extends DecisionNews {
  /** Columns by name: `queued`, or of a model `0/accepted`. */
  readonly columns: Readonly<Record<string, Changed>>;
}

/** Keeps by bins what charts show of a contestant, while it runs. */
export class TrackLog implements Onlooker {
  readonly #binMs: number;
  readonly #columns = new Map<string, Column>();
  readonly #decisions = new DecisionLog();
  #nextTry = 0;
  #nextSample = 0;
  /** Tries whose end isn't known. */
  #pending: readonly number[] = [];
  #waits: number[] = [];
  #waitsBin = 0;
  #queued = 0;
  #inFlight = 0;

  constructor(binMs: number) {
    this.#binMs = binMs;
  }

  /** How many steps its controllers have told of. */
  get decisions(): number {
    return this.#decisions.length;
  }

  queued(by: number): void {
    this.#queued += by;
  }

  inFlight(by: number): void {
    this.#inFlight += by;
  }

  waited(nowMs: number, waitMs: number): void {
    const bin = this.#binOf(nowMs);
    if (bin !== this.#waitsBin) this.#sealWaits(bin);
    this.#waits.push(waitMs);
  }

  spent(nowMs: number, tokens: number): void {
    if (tokens > 0) this.#column("tokens").add(this.#binOf(nowMs), tokens);
  }

  decided(decision: LoggedDecision): void {
    this.#decisions.add(decision, this.#binOf(decision.atMs));
  }

  /** Catches up with the logs of its world. */
  collect(world: OpenWorld): void {
    const { tries, requests, samples } = world.recording();
    /** Puts a try where its outcome belongs; false where that isn't known. */
    const place = (row: number): boolean => {
      const kind = KIND_OF[tries.outcomeOf(row)];
      if (tries.outcomeOf(row) === "pending") return false;
      const model = requests.model.at(tries.request.at(row));
      if (kind !== undefined) this.#column(`${model}/${kind}`).add(this.#binOf(tries.sentAtMs.at(row)), 1);
      return true;
    };
    const pending = this.#pending.filter((row) => !place(row));
    for (; this.#nextTry < tries.length; this.#nextTry++) {
      const row = this.#nextTry;
      this.#column(`${requests.model.at(tries.request.at(row))}/sent`).add(this.#binOf(tries.sentAtMs.at(row)), 1);
      if (!place(row)) pending.push(row);
    }
    this.#pending = pending;
    for (; this.#nextSample < samples.length; this.#nextSample++) {
      const sample = samples[this.#nextSample];
      if (sample === undefined) continue;
      const bin = this.#binOf(sample.atMs);
      for (const [model, limit] of sample.limits.entries()) {
        const rates = sample.rates.map((each) => each[model] ?? null).filter((rate) => rate !== null);
        const rate = rates.length === 0 ? Number.NaN : rates.reduce((sum, each) => sum + each, 0);
        this.#column(`${model}/limit`, Number.NaN).set(bin, limit ?? Number.NaN);
        this.#column(`${model}/rate`, Number.NaN).set(bin, rate);
      }
    }
    const bin = this.#binOf(world.nowMs);
    this.#column("queued").set(bin, this.#queued);
    this.#column("inFlight").set(bin, this.#inFlight);
    this.#sealWaits(this.#waitsBin);
  }

  /** What is new since the last call. */
  news(): TrackNews {
    const columns: Record<string, Changed> = {};
    for (const [name, column] of this.#columns) {
      const changed = column.changes();
      if (changed !== undefined) columns[name] = changed;
    }
    return { columns, ...this.#decisions.news() };
  }

  /** The waits of a bin, as far as they are known; what comes next belongs to `bin`. */
  #sealWaits(bin: number): void {
    if (this.#waits.length > 0) {
      const sorted = Float64Array.from(this.#waits).sort();
      for (const [name, share] of [["p50", 0.5] as const, ["p99", 0.99] as const]) {
        this.#column(name, Number.NaN).set(this.#waitsBin, quantile(sorted, share) / 1_000);
      }
    }
    if (bin !== this.#waitsBin) this.#waits = [];
    this.#waitsBin = bin;
  }

  #binOf(atMs: number): number {
    return Math.floor(atMs / this.#binMs);
  }

  #column(name: string, empty = 0): Column {
    let column = this.#columns.get(name);
    if (column === undefined) {
      column = new Column(empty);
      this.#columns.set(name, column);
    }
    return column;
  }
}
