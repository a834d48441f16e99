import type { QuotaReading } from "../../src/control/quota-state.js";
import type { LimitTraits } from "../../src/signal/signal.js";
import { bucket, type Dice, LATENCIES, type Latency, lying, seeded, type Verdict, type World } from "./headers-loop.js";

/**
 * Servers that let everything in up to a limit, and say anything at all about it: the headers need not have the least to do
 * with the limit. Whatever they say, who reads them must not end up much worse than who doesn't.
 */
export interface Regime {
  readonly name: string;
  readonly world: World;
}

type Told = (verdict: Verdict, now: number) => QuotaReading | null;
type Teller = (dice: Dice, rate: number) => { readonly name: string; readonly told: Told };

const WINDOWS = [1, 10, 60, 3600];

/** From `least` to `most`, evenly on a logarithmic scale. */
function between(dice: Dice, least: number, most: number): number {
  return least * (most / least) ** dice();
}

function pick<T>(dice: Dice, list: readonly T[]): T {
  const chosen = list[Math.floor(dice() * list.length)];
  if (chosen === undefined) throw new Error("nothing to pick from");
  return chosen;
}

const constant: Teller = (dice, rate) => {
  const window = pick(dice, WINDOWS);
  const limit = Math.ceil(rate * window * between(dice, 0.01, 100));
  const remaining = Math.floor(limit * dice());
  const resetIn = window * dice();
  return {
    name: `constant ${limit}, ${remaining}, ${resetIn.toFixed(1)}`,
    told: () => ({ limit, remaining, resetIn }),
  };
};

const random: Teller = (dice, rate) => {
  const window = pick(dice, WINDOWS);
  const most = Math.ceil(rate * window * between(dice, 0.01, 100));
  const isLimitFixed = dice() < 0.5;
  const told = (): QuotaReading => {
    const limit = isLimitFixed ? most : Math.ceil(most * dice());
    return { limit, remaining: Math.floor(limit * dice()), resetIn: window * dice() };
  };
  return { name: `random up to ${most}${isLimitFixed ? ", one limit" : ""}`, told };
};

/** A budget of its own, that has the form of a bucket or a window and a scale of its own, and binds nobody. */
const stranger =
  (form: "bucket" | "window"): Teller =>
  (dice, rate) => {
    const window = pick(dice, WINDOWS);
    const limit = Math.ceil(rate * window * between(dice, 0.01, 100));
    const doesCount = dice() < 0.7;
    let used = 0;
    let at = 0;
    const told: Told = ({ isAccepted }, now) => {
      if (form === "bucket") used = Math.max(0, used - ((now - at) * limit) / window);
      else if (Math.floor(now / window) !== Math.floor(at / window)) used = 0;
      at = now;
      if (doesCount && isAccepted) used = Math.min(limit, used + 1);
      const resetIn = form === "bucket" ? (used * window) / limit : window - (now % window);
      return { limit, remaining: Math.floor(limit - used), resetIn };
    };
    return { name: `${form} of ${limit} in ${window} s${doesCount ? "" : ", uncounted"}`, told };
  };

/** A limit in a minute, of which never more than a few are left: the server counts by the second, and doesn't say so. */
const stuck: Teller = (dice, rate) => {
  const limit = Math.ceil(60 * rate * between(dice, 0.2, 5));
  const most = Math.floor(3 * dice());
  const isEmptyOnly = dice() < 0.3;
  const told: Told = () => {
    const remaining = isEmptyOnly ? 0 : Math.round(most * dice());
    return { limit, remaining, resetIn: ((limit - remaining) / limit) * 60 };
  };
  return { name: `stuck at ${isEmptyOnly ? 0 : most} of ${limit}`, told };
};

/** The depth that the server really has, under a limit stated for a longer time. */
const byTheSecond: Teller = (dice, rate) => {
  const limit = Math.ceil(60 * rate);
  const depth = Math.max(1, rate);
  const own = bucket(
    () => rate,
    () => depth,
    60,
  );
  const isToFull = dice() < 0.5;
  const told: Told = ({ isAccepted }, now) => {
    if (isAccepted) own.take(now);
    const level = own.level(now);
    return {
      limit,
      remaining: Math.floor(level),
      resetIn: isToFull ? (depth - level) / rate : ((limit - level) / limit) * 60,
    };
  };
  return { name: `${limit} a minute, by the second`, told };
};

const silent: Teller = () => ({ name: "none", told: () => null });

const TELLERS = [constant, random, stranger("bucket"), stranger("window"), stuck, byTheSecond] as const;

/** One teller, or two in turn: by the minute, or answer by answer as a mixture of scopes would have it. */
function teller(dice: Dice, rate: number): { readonly name: string; readonly told: Told } {
  const one = pick(dice, TELLERS)(dice, rate);
  const manner = dice();
  if (manner < 0.7) return one;
  const other = dice() < 0.4 ? silent(dice, rate) : pick(dice, TELLERS)(dice, rate);
  if (manner < 0.85) {
    const minute = between(dice, 5, 120);
    const told: Told = (verdict, now) => (Math.floor(now / minute) % 2 === 0 ? one.told : other.told)(verdict, now);
    return { name: `${one.name}; then ${other.name}, every ${minute.toFixed(0)} s`, told };
  }
  const told: Told = (verdict, now) => (dice() < 0.5 ? one.told : other.told)(verdict, now);
  return { name: `${one.name}; mixed with ${other.name}`, told };
}

const TRAITS: readonly LimitTraits[] = [
  {},
  {},
  { kind: "refill", windowMs: 60_000 },
  { kind: "window", windowMs: 60_000 },
  { kind: "refill", windowMs: 1_000, depth: 2 },
  { kind: "window", windowMs: 1_000 },
  { kind: "refill", windowMs: 60_000, isPerSecond: true },
];

export function regime(seed: number, seconds = 600): Regime {
  const dice = seeded(seed);
  const rate = between(dice, 0.7, 40);
  const latency = pick(dice, Object.keys(LATENCIES) as Latency[]);
  const traits = pick(dice, TRAITS);
  const { name } = teller(seeded(seed + 1_000_003), rate);
  const depth = Math.max(1, rate * between(dice, 0.5, 10));
  return {
    name: `${rate.toFixed(2)}/s, ${latency}, ${JSON.stringify(traits)}: ${name}`,
    world: {
      server: () =>
        lying(
          bucket(
            () => rate,
            () => depth,
            60,
          ),
          teller(seeded(seed + 1_000_003), rate).told,
        ),
      traits,
      latency,
      rate: () => rate,
      seconds,
      warmUp: seconds / 2,
    },
  };
}

/** The same server, of which nothing is read: what the law alone gets. */
export function unread({ world }: Regime): World {
  return { ...world, traits: {}, server: (dice) => lying(world.server(dice), () => null) };
}
