import {
  type BudgetSpec,
  type BudgetState,
  createBudget,
  onResponse,
  onSend,
  onSettle,
  planOf,
  type Stamp,
} from "../../src/control/budget.js";
import type { QuotaReading } from "../../src/control/quota-state.js";
import { DEFAULTS, PRESETS } from "../../src/defaults.js";
import type { LimitTraits, Quota } from "../../src/signal/signal.js";

/**
 * A closed loop around one budget for each client: simulated servers whose headers are true, late or lying, and
 * clients that send as fast as they may, in virtual time. One seed draws the whole world. Seconds throughout.
 */

export type Dice = () => number;

/** A seeded generator in [0, 1) (mulberry32). */
export function seeded(seed: number): Dice {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function normal(dice: Dice): number {
  return Math.sqrt(-2 * Math.log(1 - dice())) * Math.cos(2 * Math.PI * dice());
}

export function logNormal(dice: Dice, median: number, sigma: number): number {
  return median * Math.exp(sigma * normal(dice));
}

/** Due moments in order; equal ones first come, first served. */
class Agenda {
  readonly #heap: { readonly at: number; readonly order: number; readonly task: () => void }[] = [];
  #order = 0;
  now = 0;

  at(at: number, task: () => void): void {
    const heap = this.#heap;
    const entry = { at: Math.max(at, this.now), order: this.#order++, task };
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parent = heap[(index - 1) >> 1];
      if (parent === undefined || isBefore(parent, entry)) break;
      heap[index] = parent;
      index = (index - 1) >> 1;
    }
    heap[index] = entry;
  }

  run(until: number): void {
    for (let first = this.#heap[0]; first !== undefined && first.at <= until; first = this.#heap[0]) {
      this.#pop();
      this.now = first.at;
      first.task();
    }
    this.now = until;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      let least = heap[child];
      const right = heap[child + 1];
      if (least === undefined) break;
      if (right !== undefined && isBefore(right, least)) {
        least = right;
        child += 1;
      }
      if (isBefore(last, least)) break;
      heap[index] = least;
      index = child;
    }
    heap[index] = last;
  }
}

function isBefore(a: { at: number; order: number }, b: { at: number; order: number }): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** What a server says to one request: null where it carries no quota. Readings may be nonsense. */
export interface Verdict {
  readonly isAccepted: boolean;
  readonly reading: QuotaReading | null;
}

export interface Server {
  /** Takes one unit if there is one, without an answer: a neighbour. */
  take(now: number): boolean;
  handle(now: number): Verdict;
}

export type Over = (now: number) => number;

function over(value: number | Over): Over {
  return typeof value === "number" ? () => value : value;
}

/** A token bucket; the header counts by `window` seconds and its reset is the time until the bucket is full. */
export function bucket(rate: Over, depth: Over, window: number): Server & { readonly level: (now: number) => number } {
  let level = Number.POSITIVE_INFINITY;
  let at = 0;
  const refill = (now: number): void => {
    level = Math.min(depth(now), level + (now - at) * rate(now));
    at = now;
  };
  const take = (now: number): boolean => {
    refill(now);
    if (level < 1) return false;
    level -= 1;
    return true;
  };
  return {
    take,
    level: (now) => {
      refill(now);
      return level;
    },
    handle(now) {
      const isAccepted = take(now);
      const reading = {
        limit: rate(now) * window,
        remaining: Math.max(0, Math.floor(level)),
        resetIn: (depth(now) - level) / rate(now),
      };
      return { isAccepted, reading };
    },
  };
}

export type Rounding = (seconds: number) => number;

/** `limit` requests in each window of the server's clock. */
export function fixedWindow(
  limitOver: number | Over,
  window: number,
  phase: number,
  round: Rounding = (seconds) => seconds,
): Server & { readonly level: (now: number) => number } {
  const limitAt = over(limitOver);
  let current = Number.NaN;
  let used = 0;
  const roll = (now: number): number => {
    const index = Math.floor((now - phase) / window);
    if (index !== current) {
      current = index;
      used = 0;
    }
    return index;
  };
  const take = (now: number): boolean => {
    roll(now);
    if (used >= limitAt(now)) return false;
    used += 1;
    return true;
  };
  return {
    take,
    level: (now) => {
      roll(now);
      return limitAt(now) - used;
    },
    handle(now) {
      const isAccepted = take(now);
      const end = (roll(now) + 1) * window + phase;
      const limit = limitAt(now);
      return { isAccepted, reading: { limit, remaining: Math.max(0, limit - used), resetIn: round(end - now) } };
    },
  };
}

/** `limit` requests in any stretch of `window` seconds; its reset is when the oldest leaves it. */
export function slidingLog(limitOver: number | Over, window: number): Server {
  const limitAt = over(limitOver);
  const log: number[] = [];
  let head = 0;
  const take = (now: number): boolean => {
    while (head < log.length && (log[head] ?? 0) <= now - window) head += 1;
    if (log.length - head >= limitAt(now)) return false;
    log.push(now);
    return true;
  };
  return {
    take,
    handle(now) {
      const isAccepted = take(now);
      const oldest = log[head];
      const resetIn = oldest === undefined ? 0 : oldest + window - now;
      const limit = limitAt(now);
      return { isAccepted, reading: { limit, remaining: Math.max(0, limit - (log.length - head)), resetIn } };
    },
  };
}

/** The same server with other headers. */
export function lying(server: Server, lie: (verdict: Verdict, now: number) => QuotaReading | null): Server {
  return {
    take: (now) => server.take(now),
    handle(now) {
      const verdict = server.handle(now);
      return { isAccepted: verdict.isAccepted, reading: lie(verdict, now) };
    },
  };
}

/** Seconds until the header of an accepted answer comes. */
export const LATENCIES = {
  fast: () => 0.07,
  stream: (dice: Dice) => logNormal(dice, 0.5, 0.3),
  mid: (dice: Dice) => logNormal(dice, 4, 0.6),
  long: (dice: Dice) => logNormal(dice, 20, 0.4),
} as const;

export type Latency = keyof typeof LATENCIES;

export interface World {
  readonly server: (dice: Dice) => Server;
  readonly traits: LimitTraits;
  readonly latency: Latency;
  /** True limit, units a second: what a clairvoyant would get. */
  readonly rate: Over;
  readonly seconds: number;
  /** Seconds left out of the measure. */
  readonly warmUp: number;
  readonly clients?: number;
  /** Units a second that a neighbour takes of the server's. */
  readonly neighbour?: Over;
  /** Sees each answer after it was learnt from. */
  readonly watch?: (client: Client, now: number, server: Server) => void;
}

const SPEC: Omit<BudgetSpec, "traits"> = {
  dimension: "requests",
  law: "plateau",
  ...PRESETS.balanced,
  rateInitial: DEFAULTS.control.rateInitial,
  rateMin: DEFAULTS.control.rateMin,
  rateMax: DEFAULTS.control.rateMax,
  burst: DEFAULTS.control.burst,
  startDoublingMs: DEFAULTS.control.startDoublingMs,
};

/** One budget, and what paces it here: credit that grows by the rate, and is never more than the plan's burst. */
export class Client {
  state: BudgetState;
  #credit = 1;
  #creditAt = 0;
  #isPaced = false;
  #inFlight = 0;

  constructor(traits: LimitTraits, now: number) {
    this.state = createBudget({ ...SPEC, traits }, now * 1000);
    this.#creditAt = now;
  }

  get tier(): number {
    return this.state.tier;
  }

  get quota(): BudgetState["quota"] {
    return this.state.quota;
  }

  get trust(): BudgetState["trust"] {
    return this.state.trust;
  }

  get law(): BudgetState["law"] {
    return this.state.law;
  }

  /** Seconds until the next send may go, 0 for now; null until an answer comes. */
  wait(now: number): number | null {
    const plan = planOf(this.state, now * 1000);
    if (this.#inFlight >= plan.inFlightMax) return null;
    // What goes ahead of the pace is earned since the last decrease; one send is always due in its time.
    const earned = Math.max(0, now - plan.creditSinceMs / 1000) * plan.ratePerSecond;
    const most = 1 + Math.min(Math.max(1, plan.burst) - 1, earned);
    this.#credit = Math.min(most, this.#credit + (now - this.#creditAt) * plan.ratePerSecond);
    this.#creditAt = now;
    const gate = plan.notBeforeMs / 1000 - now;
    if (gate > 1e-9) {
      this.#isPaced = true;
      return gate === Number.POSITIVE_INFINITY ? null : gate;
    }
    if (this.#credit >= 1 - 1e-6) return 0;
    this.#isPaced = true;
    return (1 - this.#credit) / plan.ratePerSecond;
  }

  send(now: number): Stamp {
    const { state, stamp } = onSend(this.state, {
      nowMs: now * 1000,
      charged: 1,
      expected: 0,
      inFlightBefore: this.#inFlight,
      isBurst: !this.#isPaced && this.#credit > 1 + 1e-6,
      isBottleneck: this.#isPaced,
    });
    this.state = state;
    this.#credit -= 1;
    this.#isPaced = false;
    this.#inFlight += 1;
    return stamp;
  }

  answer(now: number, stamp: Stamp, { isAccepted, reading }: Verdict, dice: number): void {
    this.#inFlight -= 1;
    const nowMs = now * 1000;
    const verdict = isAccepted ? "accepted" : "refused";
    const quota = reading === null ? {} : { quota: quotaOf(reading) };
    this.state = onResponse(this.state, { nowMs, stamp, verdict, dice, ...quota }).state;
    this.state = onSettle(this.state, { nowMs, stamp, actual: undefined });
  }
}

function quotaOf({ limit, remaining, resetIn }: QuotaReading): Quota {
  return {
    dimension: "requests",
    ...(limit !== undefined && { limit }),
    ...(remaining !== undefined && { remaining }),
    ...(resetIn !== undefined && { resetInMs: resetIn * 1000 }),
  };
}

export interface Figures {
  /** Accepted, as a share of what a clairvoyant gets, after the warm-up. */
  readonly utilisation: number;
  /** Per cent of all tries, from the first. */
  readonly refusedPercent: number;
  readonly refused: number;
  /** Start of the first 10 s in which nine tenths of the true limit were accepted. */
  readonly convergence: number;
  /** Jain's index of the clients' accepted requests over the second half. */
  readonly fairness: number;
  /** Deviation of sends in each 5 s, as a share of their mean. */
  readonly spread: number;
  readonly clients: readonly Client[];
  readonly acceptedAt: readonly (readonly number[])[];
  readonly sentAt: readonly (readonly number[])[];
  readonly refusedAt: readonly number[];
}

/** Most tries: a run in which nothing holds a client back fails rather than hangs. */
const TRIES_MAX = 400_000;

export function run(world: World, seed: number): Figures {
  const dice = seeded(seed * 7919 + 13);
  const agenda = new Agenda();
  const server = world.server(dice);
  const count = world.clients ?? 1;
  const clients = Array.from({ length: count }, (_, index) => new Client(world.traits, index * 60));
  const acceptedAt = clients.map((): number[] => []);
  const sentAt = clients.map((): number[] => []);
  const refusedAt: number[] = [];
  let tries = 0;
  clients.forEach((client, index) => {
    agenda.at(index * 60, () => saturate(client, index));
  });
  if (world.neighbour !== undefined) crowd(world.neighbour);
  agenda.run(world.seconds);
  return measure(world, { clients, acceptedAt, sentAt, refusedAt });

  function crowd(rate: Over): void {
    const next = (): void => {
      const now = agenda.now;
      if (rate(now) > 0) server.take(now);
      agenda.at(now - Math.log(1 - dice()) / Math.max(0.2, rate(now)), next);
    };
    agenda.at(0, next);
  }

  /** A client that has always another request. */
  function saturate(client: Client, index: number): void {
    let turn = 0;
    const pump = (): void => {
      const own = ++turn;
      for (;;) {
        const now = agenda.now;
        const wait = client.wait(now);
        if (wait === null) return;
        if (wait > 0) {
          agenda.at(now + Math.max(1e-6, Math.min(1, wait)), () => own === turn && pump());
          return;
        }
        if (++tries > TRIES_MAX) throw new Error("nothing holds the client back");
        dispatch(now, pump);
      }
    };
    const dispatch = (now: number, after: () => void): void => {
      const sent = client.send(now);
      sentAt[index]?.push(now);
      agenda.at(now + logNormal(dice, 0.03, 0.3), () => {
        const verdict = server.handle(agenda.now);
        if (verdict.isAccepted) acceptedAt[index]?.push(now);
        else refusedAt.push(now);
        const late = verdict.isAccepted ? LATENCIES[world.latency](dice) : 0.07 * (0.8 + 0.4 * dice());
        agenda.at(agenda.now + late, () => {
          client.answer(agenda.now, sent, verdict, dice());
          world.watch?.(client, agenda.now, server);
          after();
        });
      });
    };
    pump();
  }
}

function measure(world: World, traces: Pick<Figures, "clients" | "acceptedAt" | "sentAt" | "refusedAt">): Figures {
  const { seconds, warmUp, rate } = world;
  const all = traces.acceptedAt.flat();
  const tries = traces.sentAt.reduce((sum, each) => sum + each.length, 0);
  const from = traces.clients.length > 1 ? seconds / 2 : warmUp;
  const shares = traces.acceptedAt.map((each) => within(each, from, seconds));
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share * share, 0);
  let due = 0;
  for (let at = from; at < seconds; at += 0.5) due += 0.5 * rate(at);
  return {
    ...traces,
    utilisation: sum / due,
    refusedPercent: (100 * traces.refusedAt.length) / tries,
    refused: traces.refusedAt.length,
    convergence: convergence(all, rate(1), seconds),
    fairness: (sum * sum) / (shares.length * squares),
    spread: spread(traces.sentAt[0] ?? [], from, seconds),
  };
}

export function within(times: readonly number[], from: number, to: number): number {
  let count = 0;
  for (const time of times) if (time >= from && time < to) count += 1;
  return count;
}

function convergence(times: readonly number[], rate: number, seconds: number): number {
  for (let from = 0; from + 10 <= seconds; from += 1) if (within(times, from, from + 10) >= 9 * rate) return from;
  return seconds;
}

function spread(times: readonly number[], from: number, to: number): number {
  const bins = new Array<number>(Math.floor((to - from) / 5)).fill(0);
  for (const time of times) {
    const index = Math.floor((time - from) / 5);
    const bin = bins[index];
    if (bin !== undefined && index >= 0) bins[index] = bin + 1;
  }
  const mean = bins.reduce((sum, bin) => sum + bin, 0) / bins.length;
  return Math.sqrt(bins.reduce((sum, bin) => sum + (bin - mean) ** 2, 0) / bins.length) / mean;
}
