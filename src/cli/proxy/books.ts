import type { Reins } from "../../adapter/undici/reins.js";
import { systemClock } from "../../clock.js";
import type { BudgetSnapshot } from "../../flow/budgets.js";

/** How long rows are good for where one request asks for them, in milliseconds: a flood of refusals mustn't count all keys each time. */
const FRESH_MS = 100;

/** So many counts are looked through for those of keys that are gone. */
const KEYS_MAX = 10_000;

/** What became of the requests of a key, since it was first seen. */
export interface KeyCounts {
  requests: number;
  /** Sent again. */
  retries: number;
  /** Refused here, before or after they were sent. */
  refused: number;
}

/** How a request ended, for its client. */
export interface Ending {
  readonly reins: Reins | undefined;
  /** Of the answer; undefined where the client had left before there was one. */
  readonly status: number | undefined;
  /** To its end, broken off by the target, or left by the client. */
  readonly how: "whole" | "broken" | "left";
}

/** What is counted of all requests, and how the budgets stand. */
export class Books {
  readonly #budgets: () => readonly BudgetSnapshot[];
  readonly #keys = new Map<string, KeyCounts>();
  readonly #answers = new Map<string, number>();
  #rows: ReadonlyMap<string, readonly BudgetSnapshot[]> = new Map();
  #rowsAtMs = Number.NEGATIVE_INFINITY;
  /** Requests under way. */
  open = 0;
  /** Clients that had left before their answer was whole. */
  left = 0;
  /** Answers that the target broke off in their midst. */
  broken = 0;

  constructor(budgets: () => readonly BudgetSnapshot[]) {
    this.#budgets = budgets;
  }

  /** Answers by the class of their status, such as `2xx`. */
  get answers(): ReadonlyMap<string, number> {
    return this.#answers;
  }

  settle({ reins, status, how }: Ending): void {
    if (how === "left") this.left += 1;
    else if (how === "broken") this.broken += 1;
    else if (status !== undefined) {
      const kind = `${Math.trunc(status / 100)}xx`;
      this.#answers.set(kind, (this.#answers.get(kind) ?? 0) + 1);
    }
    if (reins?.key === undefined) return;
    const counts = this.#countsOf(reins.key);
    counts.requests += 1;
    counts.retries += Math.max(0, reins.tries - 1);
    if (reins.isOwnAnswer) counts.refused += 1;
  }

  /** The rows of a key, none older than a moment. */
  of(key: string | undefined): readonly BudgetSnapshot[] {
    if (systemClock.now() - this.#rowsAtMs > FRESH_MS) this.rows();
    return (key === undefined ? undefined : this.#rows.get(key)) ?? [];
  }

  /** All rows as they are now, by key; counts of keys that are gone go with them. */
  rows(): ReadonlyMap<string, readonly BudgetSnapshot[]> {
    const rows = new Map<string, BudgetSnapshot[]>();
    for (const row of this.#budgets()) {
      const known = rows.get(row.key);
      if (known === undefined) rows.set(row.key, [row]);
      else known.push(row);
    }
    for (const key of this.#keys.keys()) if (!rows.has(key)) this.#keys.delete(key);
    this.#rows = rows;
    this.#rowsAtMs = systemClock.now();
    return rows;
  }

  countsOf(key: string): Readonly<KeyCounts> {
    return this.#keys.get(key) ?? NOTHING;
  }

  #countsOf(key: string): KeyCounts {
    const known = this.#keys.get(key);
    if (known !== undefined) return known;
    if (this.#keys.size >= KEYS_MAX) this.rows();
    const counts = { ...NOTHING };
    this.#keys.set(key, counts);
    return counts;
  }
}

const NOTHING: Readonly<KeyCounts> = { requests: 0, retries: 0, refused: 0 };
