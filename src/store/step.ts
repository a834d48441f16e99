import type { BudgetSpec, Stamp } from "../control/budget.js";
import { heardAfter, planOf, together } from "../control/budget.js";
import { type Handle, isSameLimit, type Limit, type Note } from "./event.js";
import { fold, type SharedBudget } from "./fold.js";
import { EMPTY, type Ledger, type Seat } from "./ledger.js";
import { targets } from "./shares.js";
import { type Times, timesOf } from "./times.js";

/** What one member has to tell. */
export interface Message {
  readonly id: string;
  /** Rises with each message: one that is told twice is counted once. */
  readonly seq: number;
  readonly want: number;
  readonly isLimited: boolean;
  readonly inFlight: number;
  /** How far away the store is, there and back, in milliseconds. */
  readonly roundTripMs: number;
  /** In the store's time. */
  readonly notes: readonly Note[];
  /** What it knows of the budgets by itself, for a store that knows nothing of them; in the store's time. */
  readonly own: readonly SharedBudget[];
  /** The last ledger that it saw: a store that has forgotten, or that tells of earlier times, is reminded. */
  readonly seen: Ledger | undefined;
  /** Whether it leaves. */
  readonly isLeaving: boolean;
  /** Since when it has gone by a rate of its own, in the store's time; undefined where it goes by the fleet's. */
  readonly apartSinceMs: number | undefined;
  /** Most of the rate that it takes for now, in [0, 1]. */
  readonly fractionMax: number;
}

/** What a member has when its step is the one that counts. */
export interface Grant extends Times {
  readonly ledger: Ledger;
  readonly stamps: ReadonlyMap<Handle, Stamp>;
  readonly fraction: number;
  /** Whether the rate holds the fleet back. */
  readonly isLimited: boolean;
  /** How long ago the others have told what they sent, on average, in milliseconds. */
  readonly untoldMs: number;
  /** What it is to have as soon as others have given it up. */
  readonly target: number;
  /** Most that it takes for now, in [0, 1]. */
  readonly fractionMax: number;
}

/** A clock that went back by more than this was set, in milliseconds. */
const BACK_MAX_MS = 1_000;
/** An epoch that not all are known to have heard of counts as heard of after so many times the hearing. */
const HEARING_FACTOR = 1.2;
/** The rate is the fleet's bottleneck where at least this part of it is held by members that it holds back. */
const LIMITED_MIN = 0.5;

/** One step of a fleet: what a member tells goes in, and its part of the rate comes out. Pure. */
export function step(
  read: Ledger | undefined,
  message: Message,
  nowMs: number,
  specOf: (limit: Limit, born: BudgetSpec["born"]) => BudgetSpec,
): Grant {
  const base = aged(reminded(read, message, nowMs), nowMs);
  const others = new Map([...base.members].filter(([id, { untilMs }]) => id !== message.id && untilMs > nowMs));
  const before = base.members.get(message.id);
  const isNew = before === undefined || message.seq > before.seq;
  const now = Math.max(base.atMs, nowMs);
  const seats = [...others.values()];
  const { hearingMs, intervalMs } = timesIn(base.budgets, seats.length + 1, now, message.roundTripMs);
  const untoldMs = seats.length === 0 ? 0 : intervalMs / 2;
  const joined = isUnknown(message, base, before) ? withRatesOf(base.budgets, message.own) : base.budgets;
  const settled = joined.map((budget, index) =>
    settle(heard(budget, seats.length, hearingMs), { index, seats, before, now, hearingMs }),
  );
  const isLimited = isFleetLimited(seats, before, message);
  const fractionMax = before === undefined ? mostOf(message, joined, now) : message.fractionMax;
  const { budgets, stamps } = fold(settled, isNew ? message.notes : [], {
    nowMs: base.atMs,
    isLimited,
    isAlone: others.size === 0,
    isMerge: true,
    inFlightElsewhere: seats.reduce((sum, { inFlight }) => sum + inFlight, 0),
    untoldMs,
    specOf,
  });
  const version = base.version + 1;
  const times = timesIn(budgets, others.size + 1, now, message.roundTripMs);
  if (message.isLeaving) {
    const ledger: Ledger = { ...base, version, atMs: now, budgets, members: others };
    return { ledger, stamps, isLimited, untoldMs, fraction: 0, target: 0, fractionMax, ...times };
  }
  const wishes = [{ want: message.want }, ...seats];
  const target = targets(wishes, rateIn(budgets, now))[0] ?? 0;
  const fraction = Math.max(0, Math.min(target, fractionMax, 1 - seats.reduce((sum, seat) => sum + seat.fraction, 0)));
  const own: Seat = {
    fraction,
    want: message.want,
    untilMs: now + times.leaseMs,
    seq: Math.max(message.seq, before?.seq ?? 0),
    isLimited: message.isLimited,
    inFlight: message.inFlight,
    epochs: budgets.map(({ state }) => state.law.epoch),
  };
  const ledger: Ledger = { ...base, version, atMs: now, budgets, members: new Map([...others, [message.id, own]]) };
  return { ledger, stamps, isLimited, untoldMs, fraction, target, fractionMax, ...times };
}

/** A store that was emptied, or that tells of earlier times than the member has seen, learns again what was known. */
function reminded(read: Ledger | undefined, { seen, own, apartSinceMs }: Message, nowMs: number): Ledger {
  if (read === undefined) {
    const known = seen ?? { ...EMPTY, atMs: nowMs, foundedAtMs: nowMs };
    return { ...known, budgets: own, foundedAtMs: apartSinceMs === undefined ? known.foundedAtMs : nowMs };
  }
  if (seen === undefined || seen.version <= read.version) return read;
  return { ...read, version: seen.version, budgets: seen.budgets, foundedAtMs: seen.foundedAtMs };
}

/** Whether the ledger's rates are those of others alone: they were found while this member went by its own already. */
function isUnknown({ apartSinceMs }: Message, { foundedAtMs, version }: Ledger, before: Seat | undefined): boolean {
  return apartSinceMs !== undefined && before === undefined && version > 0 && foundedAtMs > apartSinceMs;
}

/** What one more has found beside the others is added to what they have. */
function withRatesOf(budgets: readonly SharedBudget[], own: readonly SharedBudget[]): readonly SharedBudget[] {
  return budgets.map((budget) => {
    const its = own.find((each) => isSameLimit(each, budget));
    return its === undefined ? budget : { ...budget, state: together(budget.state, its.state) };
  });
}

/** Others may still go by rates of their own: one who has is content with that until all have come. */
function mostOf({ apartSinceMs, own, fractionMax }: Message, budgets: readonly SharedBudget[], now: number): number {
  return apartSinceMs === undefined ? fractionMax : Math.min(1, rateIn(own, now) / rateIn(budgets, now));
}

/** Time in which nobody stepped ages no lease, and a clock that was set back ages nothing at all. */
function aged(ledger: Ledger, nowMs: number): Ledger {
  const gapMs = nowMs - ledger.atMs;
  const longest = Math.max(0, ...[...ledger.members.values()].map(({ untilMs }) => untilMs - ledger.atMs));
  if (gapMs >= -BACK_MAX_MS && gapMs <= longest) return ledger;
  const members = new Map(
    [...ledger.members].map(([id, seat]) => [id, { ...seat, untilMs: seat.untilMs + gapMs }] as const),
  );
  if (gapMs > 0) return { ...ledger, members, atMs: nowMs };
  const budgets = ledger.budgets.map(
    (budget): SharedBudget => ({
      ...budget,
      state: { ...budget.state, clock: budget.state.clock - gapMs / 1_000 },
      epochAtMs: Math.max(0, budget.epochAtMs + gapMs),
      settledAtMs: budget.settledAtMs === null ? null : Math.max(0, budget.settledAtMs + gapMs),
    }),
  );
  return { ...ledger, members, budgets, atMs: nowMs };
}

/** One who is alone hears at once. */
function heard(budget: SharedBudget, others: number, hearingMs: number): SharedBudget {
  return { ...budget, state: heardAfter(budget.state, others === 0 ? 0 : hearingMs) };
}

/** Notes that all live members know of the present epoch, or have had the time to. */
function settle(budget: SharedBudget, { index, seats, before, now, hearingMs }: Hearing): SharedBudget {
  if (budget.settledAtMs !== null) return budget;
  const { epoch } = budget.state.law;
  const all = before === undefined ? seats : [...seats, before];
  const isHeard = all.every(({ epochs }) => (epochs[index] ?? 0) >= epoch);
  const isOver = now > budget.epochAtMs + HEARING_FACTOR * hearingMs;
  return isHeard || isOver ? { ...budget, settledAtMs: now } : budget;
}

/** Who has heard of what. */
interface Hearing {
  /** Place of the budget. */
  readonly index: number;
  readonly seats: readonly Seat[];
  /** The member's own seat until now. */
  readonly before: Seat | undefined;
  readonly now: number;
  readonly hearingMs: number;
}

function isFleetLimited(others: readonly Seat[], own: Seat | undefined, message: Message): boolean {
  const all = [...others, { fraction: own?.fraction ?? 0, isLimited: message.isLimited }];
  const sum = all.reduce((total, { fraction }) => total + fraction, 0);
  const limited = all.reduce((total, { fraction, isLimited }) => total + (isLimited ? fraction : 0), 0);
  return sum === 0 ? message.isLimited : limited >= LIMITED_MIN * sum;
}

/** Requests a second; where nothing paces requests, as many as anybody could want. */
function rateIn(budgets: readonly SharedBudget[], nowMs: number): number {
  const requests = budgets.find(({ dimension, scope }) => dimension === "requests" && scope === undefined);
  return requests === undefined ? 1e9 : planOf(requests.state, nowMs).ratePerSecond;
}

function timesIn(budgets: readonly SharedBudget[], members: number, nowMs: number, roundTripMs: number): Times {
  const requests = budgets.filter(({ dimension }) => dimension === "requests");
  const isStarting = requests.some(({ state: { law, tier, refinement } }) => {
    return tier === 0 && (law.mode === "start" || refinement !== null);
  });
  const isProbing = requests.some(({ state: { tier, trust } }) => tier !== 0 && trust.probe.since !== null);
  return timesOf(members, rateIn(budgets, nowMs), { isStarting, isProbing }, roundTripMs);
}
