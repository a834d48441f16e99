import type { BudgetSpec } from "../control/budget.js";
import { adoptBudget } from "../control/revive.js";
import { isRecord } from "../record.js";
import type { Limit } from "./event.js";
import type { SharedBudget } from "./fold.js";
import { textOf, VALUE_BYTES_MAX } from "./store.js";

/** What a fleet knows of one limit, and who has which part of it. Instants are the store's, in milliseconds since 1970. */
export interface Ledger {
  /** Counts the steps, so that a value from before a failover shows its age. */
  readonly version: number;
  /** Of the last step. */
  readonly atMs: number;
  /** When the first of its steps was made, of which the others have come. */
  readonly foundedAtMs: number;
  readonly budgets: readonly SharedBudget[];
  readonly members: ReadonlyMap<string, Seat>;
}

/** A member, as the others see it. */
export interface Seat {
  /** Its part of the rate, in [0, 1]. */
  readonly fraction: number;
  /** Requests a second that it could use. */
  readonly want: number;
  /** Until then its part is its own. */
  readonly untilMs: number;
  /** The last of its messages that was counted. */
  readonly seq: number;
  /** Whether its rate holds it back. */
  readonly isLimited: boolean;
  readonly inFlight: number;
  /** The epochs that it knows of, in the order of the budgets. */
  readonly epochs: readonly number[];
}

/** Of the text. One that is written by a later version is left alone. */
const FORMAT = 1;
const MEMBERS_MAX = 4_096;
const BUDGETS_MAX = 16;
const ID = /^[\w-]{12}$/;
/** No lease reaches further than this into the future, in milliseconds. */
const LEASE_MAX_MS = 600_000;
const NUMBER_MAX = 1e15;
/** Of what was sent lately. */
const BINS_MAX = 256;

/** A ledger that nobody has written yet. */
export const EMPTY: Ledger = { version: 0, atMs: 0, foundedAtMs: 0, budgets: [], members: new Map() };

/** The text of a ledger, without its tag. */
export function format({ version, atMs, foundedAtMs, budgets, members }: Ledger): string {
  return JSON.stringify({
    v: FORMAT,
    n: version,
    t: atMs,
    f: foundedAtMs,
    b: budgets.map(({ dimension, scope, state, epochAtMs, settledAtMs, recent }) => [
      dimension,
      scope ?? null,
      epochAtMs,
      settledAtMs,
      recent.from,
      recent.units,
      state,
    ]),
    m: Object.fromEntries(
      [...members].map(([id, { fraction, want, untilMs, seq, isLimited, inFlight, epochs }]) => [
        id,
        [fraction, want, untilMs, seq, isLimited ? 1 : 0, inFlight, epochs],
      ]),
    ),
  });
}

/** Whether a value of that text can be read. */
export function isReadable({ members }: Ledger, value: string): boolean {
  return members.size <= MEMBERS_MAX && value.length <= VALUE_BYTES_MAX;
}

/** What stands behind the budgets, and nowhere in them: a quote within a text is escaped. */
const MEMBERS = ',"m":{';

/** The limits alone, of a value's beginning. Undefined where they aren't whole, or nothing can be made of them. */
export function parseHead(head: string, specOf: (limit: Limit) => BudgetSpec): Ledger | undefined {
  const end = head.indexOf(MEMBERS);
  const ledger = end < 0 ? "garbled" : parse(`${head.slice(0, end)}${MEMBERS}}}`, specOf);
  return typeof ledger === "string" ? undefined : ledger;
}

/** Why a value can't be used. */
export type Unreadable = "garbled" | "newer";

/**
 * Reads a value of the store. Anybody may have written it: what isn't a ledger in every part of it isn't one.
 *
 * @param specOf what a budget of a limit is made of here
 */
export function parse(value: string, specOf: (limit: Limit) => BudgetSpec): Ledger | Unreadable {
  const text = value.length > VALUE_BYTES_MAX ? undefined : textOf(value);
  let raw: unknown;
  try {
    raw = text === undefined ? undefined : JSON.parse(text);
  } catch {
    return "garbled";
  }
  if (!isRecord(raw)) return "garbled";
  const { v, n, t, f, b, m } = raw;
  if (typeof v === "number" && v > FORMAT) return "newer";
  if (
    v !== FORMAT ||
    !isCount(n) ||
    !isInstant(t) ||
    !isInstant(f) ||
    !Array.isArray(b) ||
    b.length > BUDGETS_MAX ||
    !isRecord(m)
  ) {
    return "garbled";
  }
  const budgets = b.map((each) => budgetOf(each, t, specOf));
  const members = membersOf(m, t);
  if (members === undefined || !budgets.every((budget) => budget !== undefined)) return "garbled";
  return { version: n, atMs: t, foundedAtMs: f, budgets, members };
}

function budgetOf(raw: unknown, nowMs: number, specOf: (limit: Limit) => BudgetSpec): SharedBudget | undefined {
  if (!Array.isArray(raw)) return undefined;
  const [dimension, scope, epochAtMs, settledAtMs, from, units, saved] = raw as readonly unknown[];
  if (!isName(dimension) || (scope !== null && !isName(scope)) || !isInstant(epochAtMs)) return undefined;
  if (settledAtMs !== null && !isInstant(settledAtMs)) return undefined;
  if (!isCount(from) || !Array.isArray(units) || units.length > BINS_MAX || !units.every(isAmount)) return undefined;
  const limit: Limit = { dimension, ...(scope === null ? {} : { scope }) };
  const state = adoptBudget(saved, specOf(limit), nowMs);
  return state && { ...limit, state, epochAtMs, settledAtMs, recent: { from, units } };
}

function membersOf(raw: Record<string, unknown>, nowMs: number): ReadonlyMap<string, Seat> | undefined {
  const entries = Object.entries(raw);
  if (entries.length > MEMBERS_MAX) return undefined;
  const members = new Map<string, Seat>();
  let sum = 0;
  for (const [id, each] of entries) {
    const seat = ID.test(id) ? seatOf(each, nowMs) : undefined;
    if (seat === undefined) return undefined;
    sum += seat.fraction;
    members.set(id, seat);
  }
  if (sum <= 1) return members;
  for (const [id, seat] of members) members.set(id, { ...seat, fraction: seat.fraction / sum });
  return members;
}

function seatOf(raw: unknown, nowMs: number): Seat | undefined {
  if (!Array.isArray(raw)) return undefined;
  const [fraction, want, untilMs, seq, isLimited, inFlight, epochs] = raw as readonly unknown[];
  const isSound = isNumber(fraction) && fraction >= 0 && fraction <= 1 && isNumber(want) && want >= 0 && isCount(seq);
  if (!isSound || !isInstant(untilMs) || untilMs > nowMs + LEASE_MAX_MS || !isCount(inFlight)) return undefined;
  if (!Array.isArray(epochs) || epochs.length > BUDGETS_MAX || !epochs.every(isCount)) return undefined;
  return { fraction, want, untilMs, seq, isLimited: isLimited === 1, inFlight, epochs };
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= 200;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Math.abs(value) <= NUMBER_MAX;
}

function isAmount(value: unknown): value is number {
  return isNumber(value) && value >= 0;
}

function isInstant(value: unknown): value is number {
  return isNumber(value) && value >= 0;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
