import { dialectAt } from "../../dialect/catalog.js";
import type { Dialect } from "../../dialect/dialect.js";
import { generic } from "../../dialect/generic.js";
import { ietf } from "../../dialect/ietf.js";
import { writeHeaders } from "../../dialect/write.js";
import type { BudgetSnapshot } from "../../flow/budgets.js";
import type { Quota } from "../../signal/signal.js";
import type { Books } from "./books.js";

/** What rates are told for, in milliseconds: few are whole numbers a second, and none is much changed within a minute. */
const WINDOW_MS = 60_000;
/** A wait that is guessed, in seconds. */
const GUESS_MAX = 60;

/** What a 429 says of limits beside what it says already: the wait, the draft's fields, and the provider's own. */
export class RateHeaders {
  readonly #books: Books;
  readonly #dialect: Dialect;

  constructor(books: Books, provider: string | Dialect | undefined, host: string) {
    this.#books = books;
    this.#dialect = dialectAt(provider, host) ?? generic;
  }

  /** Headers for a 429 of this key. Of what the target has said nothing is said again. */
  for(key: string | undefined, said: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
    const rows = this.#books.of(key);
    const seconds = secondsIn(said["retry-after"]) ?? guessedSeconds(rows);
    const wait = said["retry-after"] === undefined ? { "retry-after": String(seconds) } : {};
    if (Object.keys(said).some((name) => /^(?:x-)?ratelimit|-ratelimit-/.test(name))) return wait;
    const quotas = rows.filter(({ dimension }) => dimension !== "concurrency").map((row) => quotaOf(row, seconds));
    const own = writeHeaders(withoutHabits(this.#dialect), { quotas, isRefusal: true });
    const named = quotas.map((quota) => ({ ...quota, scope: quota.scope ?? quota.dimension }));
    return { ...own, ...writeHeaders(ietf, { quotas: named }), ...wait };
  }
}

/** What a server sends whatever happens says nothing of these quotas. */
function withoutHabits({ always: _, ...dialect }: Dialect): Dialect {
  return dialect;
}

function quotaOf({ dimension, scope, limitPerSecond, ratePerSecond = 0 }: BudgetSnapshot, seconds: number): Quota {
  const limit = Math.max(1, Math.floor(((limitPerSecond ?? ratePerSecond) * WINDOW_MS) / 1_000));
  return {
    ...{ dimension, limit, remaining: 0, resetInMs: seconds * 1_000, windowMs: WINDOW_MS },
    ...(scope === undefined ? {} : { scope }),
  };
}

/** A wait that was stated; one in the form of a date is left to whoever can read it. */
function secondsIn(said: unknown): number | undefined {
  return typeof said === "string" && /^\d{1,9}$/.test(said) ? Number(said) : undefined;
}

/** Until those that wait now will have been sent. */
function guessedSeconds(rows: readonly BudgetSnapshot[]): number {
  const waits = rows.map(({ queued, ratePerSecond = 0 }) =>
    ratePerSecond > 0 ? (queued + 1) / ratePerSecond : GUESS_MAX,
  );
  return Math.min(GUESS_MAX, Math.max(1, ...waits.map(Math.ceil)));
}
