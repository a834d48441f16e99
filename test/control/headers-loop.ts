import { createLaw, cut, grow, type LawConfig, type LawState, takeOver } from "../../src/control/law.js";
import { levelPlan } from "../../src/control/level.js";
import { isSensible, measureRefusal, observe } from "../../src/control/observe.js";
import type { QuotaReading, QuotaStamp, QuotaState } from "../../src/control/quota.js";
import { createQuota, levelBefore, quotaSend, quotaVoid } from "../../src/control/quota.js";
import type { TrustStamp, TrustState } from "../../src/control/trust.js";
import { chooseTier, trustAccepted, trustInitial, trustRefused, trustSend } from "../../src/control/trust.js";
import type { LimitTraits } from "../../src/signal/signal.js";

/**
 * A closed loop around the quota's parts and the rate law: simulated servers whose headers are true, late or lying, and
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
  limit: number,
  window: number,
  phase: number,
  round: Rounding = (seconds) => seconds,
): Server & { readonly level: (now: number) => number } {
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
    if (used >= limit) return false;
    used += 1;
    return true;
  };
  return {
    take,
    level: (now) => {
      roll(now);
      return limit - used;
    },
    handle(now) {
      const isAccepted = take(now);
      const end = (roll(now) + 1) * window + phase;
      return { isAccepted, reading: { limit, remaining: limit - used, resetIn: round(end - now) } };
    },
  };
}

/** `limit` requests in any stretch of `window` seconds; its reset is when the oldest leaves it. */
export function slidingLog(limit: number, window: number): Server {
  const log: number[] = [];
  let head = 0;
  const take = (now: number): boolean => {
    while (head < log.length && (log[head] ?? 0) <= now - window) head += 1;
    if (log.length - head >= limit) return false;
    log.push(now);
    return true;
  };
  return {
    take,
    handle(now) {
      const isAccepted = take(now);
      const oldest = log[head];
      const resetIn = oldest === undefined ? 0 : oldest + window - now;
      return { isAccepted, reading: { limit, remaining: limit - (log.length - head), resetIn } };
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

const LAW: LawConfig = {
  law: "plateau",
  epoch: 15,
  decrease: 0.8,
  additiveIncrease: null,
  rateInitial: 1,
  rateMin: 0.05,
  rateMax: 1e9,
  startDoubling: 2.7,
};

interface Try {
  readonly sentAt: number;
  readonly quota: QuotaStamp;
  readonly trust: TrustStamp;
  readonly rate: number;
  readonly epoch: number;
}

/** The parts in the least composition that closes the loop: a budget without outages, bursts or a limit in flight. */
export class Client {
  quota: QuotaState;
  trust: TrustState = trustInitial;
  law: LawState = createLaw(LAW);
  tier = 0;
  #sentAt = 0;
  #isPaced = false;
  #sendsSinceCut = 0;
  #refusedSinceCut = 0;

  constructor(traits: LimitTraits) {
    this.quota = createQuota(traits);
  }

  plan(now: number): { readonly rate: number; readonly notBefore: number } {
    const tier = chooseTier(this.trust, this.quota);
    if (tier === 0 && this.tier !== 0) this.law = takeOver(this.law, LAW, this.law.rate, this.trust.doubt === "low");
    if (tier !== this.tier && tier !== 0) this.law = { ...this.law, epoch: this.law.epoch + 1 };
    this.tier = tier;
    if (tier === 0) return { rate: this.law.rate, notBefore: now };
    const { probe, margin } = this.trust;
    const plan = levelPlan(this.quota, now, { tier, margin, isProbing: probe.since !== null });
    if (plan === null) return { rate: this.law.rate, notBefore: now };
    this.law = { ...this.law, rate: plan.rate, anchor: plan.rate };
    return plan;
  }

  held(): void {
    this.#isPaced = true;
  }

  send(now: number): Try {
    if (this.tier === 0 && this.#isPaced) this.law = grow(this.law, LAW, Math.min(5, now - this.#sentAt));
    this.#sentAt = now;
    this.#isPaced = false;
    this.#sendsSinceCut += 1;
    const trusted = trustSend(this.trust, this.quota, now);
    this.trust = trusted.trust;
    const sent = quotaSend(this.quota, now, 1);
    this.quota = sent.quota;
    const { rate, epoch } = this.law;
    return { sentAt: now, quota: sent.stamp, trust: trusted.stamp, rate, epoch };
  }

  answer(now: number, sent: Try, { isAccepted, reading }: Verdict, dice: number): void {
    const before = levelBefore(this.quota, sent.quota, 1);
    if (!isAccepted) this.quota = quotaVoid(this.quota, sent.quota, 1);
    const hasReading = reading !== null && isSensible(this.quota, reading);
    if (reading !== null) this.quota = observe(this.quota, now, sent.quota, reading, !isAccepted);
    const evidence = {
      now,
      quota: this.quota,
      quotaStamp: sent.quota,
      stamp: sent.trust,
      cost: 1,
      levelBefore: before,
      hasReading,
    };
    if (isAccepted) {
      this.trust = trustAccepted(this.trust, evidence);
      return;
    }
    this.#refusedSinceCut += 1;
    if (sent.epoch !== this.law.epoch) return;
    const wasTrusted = this.tier !== 0;
    this.trust = trustRefused(this.trust, evidence);
    if (wasTrusted) this.quota = measureRefusal(this.quota, now, sent.quota, 1);
    if (wasTrusted && this.trust.doubt === null) return;
    if (wasTrusted) this.law = takeOver(this.law, LAW, this.law.rate, false);
    this.tier = chooseTier(this.trust, this.quota);
    const share = this.#sendsSinceCut >= 4 ? 1 - this.#refusedSinceCut / this.#sendsSinceCut : 1;
    const usual = this.law.mode === "start" ? 0.7 : LAW.decrease;
    const basis = Math.min(this.law.rate, sent.rate);
    this.law = cut(this.law, LAW, { now, factor: Math.max(0.4, Math.min(usual, share)), basis, dice });
    this.#sendsSinceCut = 0;
    this.#refusedSinceCut = 0;
  }
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
  const clients = Array.from({ length: count }, () => new Client(world.traits));
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

  /** A client that has always another request: credit grows by the rate, and is never more than one send. */
  function saturate(client: Client, index: number): void {
    let credit = 1;
    let creditAt = agenda.now;
    let wake = 0;
    const pump = (): void => {
      const turn = ++wake;
      for (;;) {
        const now = agenda.now;
        const { rate, notBefore } = client.plan(now);
        credit = Math.min(1, credit + (now - creditAt) * (notBefore > now ? 0 : rate));
        creditAt = now;
        const wait = notBefore > now ? notBefore - now : credit >= 1 - 1e-6 ? 0 : (1 - credit) / rate;
        if (wait > 0) {
          client.held();
          agenda.at(now + Math.max(1e-6, Math.min(1, wait)), () => turn === wake && pump());
          return;
        }
        credit -= 1;
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
