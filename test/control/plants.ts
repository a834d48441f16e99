import type { QuotaReading } from "../../src/control/quota-state.js";
import type { LimitTraits } from "../../src/signal/signal.js";
import {
  bucket,
  type Dice,
  fixedWindow,
  LATENCIES,
  type Latency,
  lying,
  type Over,
  type Rounding,
  type Server,
  seeded,
  slidingLog,
  type Verdict,
  type World,
} from "./headers-loop.js";

/** Random plants: the whole of one follows from its seed, so that a figure can be had again. */
export interface Plant {
  readonly world: World;
  /** What it is, in words: kind, rate, latency, and what makes it hard. */
  readonly name: string;
  readonly isSliding: boolean;
  readonly hasNeighbour: boolean;
  readonly lie: string | null;
}

/** How the server counts, and what its headers look like. */
interface Kind {
  readonly name: string;
  readonly server: (rate: Over) => Server;
  readonly traits: LimitTraits;
  /** Nothing is limited to fewer than this many in a window of so many seconds. Absent: any rate is possible. */
  readonly whole?: number;
}

const identity: Rounding = (seconds) => seconds;

const bucketOf = (seconds: number): Kind => ({
  name: `bucket ${seconds} s`,
  server: (rate) => bucket(rate, (now) => Math.max(1, seconds * rate(now)), seconds),
  traits: { kind: "refill", windowMs: seconds * 1000 },
});

const windowOf = (seconds: number, round: Rounding, rounding: string): Kind => ({
  name: `window ${seconds} s${rounding}`,
  server: (rate) => fixedWindow((now) => Math.max(1, Math.round(seconds * rate(now))), seconds, 0.29 * seconds, round),
  traits: { kind: "window", windowMs: seconds * 1000 },
  whole: seconds,
});

const slidingOf = (seconds: number): Kind => ({
  name: `sliding ${seconds} s`,
  server: (rate) => slidingLog((now) => Math.max(1, Math.round(seconds * rate(now))), seconds),
  traits: { kind: "window", windowMs: seconds * 1000 },
  whole: seconds,
});

/** A limit by the second with `remaining` and a constant reset over two, as Together wrote them in 2025. */
const twoSeconds: Kind = {
  name: "two seconds",
  server: (rate) =>
    lying(
      bucket(rate, (now) => Math.max(1, 2 * rate(now)), 1),
      ({ reading }) => ({ ...reading, resetIn: 2 }),
    ),
  traits: { windowMs: 1_000, depth: 2 },
};

const KINDS: readonly Kind[] = [
  bucketOf(1),
  bucketOf(5),
  bucketOf(10),
  bucketOf(60),
  windowOf(1, identity, ""),
  ...[10, 60].flatMap((seconds) => [
    windowOf(seconds, identity, ""),
    windowOf(seconds, Math.ceil, " up"),
    windowOf(seconds, Math.floor, " down"),
  ]),
  slidingOf(60),
  twoSeconds,
];

/** A lie is drawn once for a plant, and may remember. */
type Lie = (dice: Dice) => (verdict: Verdict, now: number) => QuotaReading | null;

const scaled =
  (factor: number): Lie =>
  () =>
  ({ reading }) =>
    reading === null
      ? null
      : {
          ...reading,
          ...(reading.limit !== undefined && { limit: reading.limit * factor }),
          ...(reading.remaining !== undefined && { remaining: Math.floor(reading.remaining * factor) }),
        };

const constant: Lie = () => {
  let first: QuotaReading | null = null;
  return ({ reading }) => {
    first ??= reading;
    return first;
  };
};

const stale: Lie = (dice) => {
  const age = 5 + 25 * dice();
  const past: { readonly at: number; readonly reading: QuotaReading | null }[] = [];
  let index = 0;
  return ({ reading }, now) => {
    past.push({ at: now, reading });
    while ((past[index + 1]?.at ?? now) <= now - age) index += 1;
    return past[index]?.reading ?? null;
  };
};

const vanishing: Lie =
  () =>
  ({ reading }, now) =>
    Math.floor(now / 60) % 2 === 1 ? null : reading;

const GARBAGE: readonly QuotaReading[] = [
  { limit: Number.NaN, remaining: -5, resetIn: 1e12 },
  { limit: 0, remaining: 0, resetIn: 0 },
  { limit: 6e7, remaining: 6e7, resetIn: 1 },
  {},
];

const garbage: Lie =
  (dice) =>
  ({ reading }) =>
    dice() < 0.2 ? (GARBAGE[Math.floor(dice() * GARBAGE.length)] ?? null) : reading;

/** The window is twice as long as the headers' limit and reset suppose. */
const shortWindow: Lie =
  () =>
  ({ reading }) =>
    reading === null
      ? null
      : {
          ...reading,
          ...(reading.limit !== undefined && { limit: 2 * reading.limit }),
          ...(reading.resetIn !== undefined && { resetIn: reading.resetIn / 2 }),
        };

const silentRefusals: Lie =
  () =>
  ({ isAccepted, reading }) =>
    isAccepted ? reading : null;

const LIES: readonly (readonly [string, Lie])[] = [
  ["twice too high", scaled(2)],
  ["half", scaled(0.5)],
  ["thrice too high", scaled(3)],
  ["constant", constant],
  ["stale", stale],
  ["vanishing", vanishing],
  ["garbage", garbage],
  ["window halved", shortWindow],
  ["silent refusals", silentRefusals],
];

function pick<T>(dice: Dice, list: readonly [T, ...T[]] | readonly T[]): T {
  const chosen = list[Math.floor(dice() * list.length)] ?? list[0];
  if (chosen === undefined) throw new Error("nothing to pick from");
  return chosen;
}

/** A limit that steps up or down by up to three, at two random moments. */
function steps(dice: Dice, base: number, seconds: number): Over {
  const moments = [dice() * seconds, dice() * seconds].sort((a, b) => a - b);
  const factors = moments.map(() => 3 ** (2 * dice() - 1));
  return (now) => base * moments.reduce((factor, at, index) => (now >= at ? (factors[index] ?? 1) : factor), 1);
}

/** A window lets in whole requests only. */
function wholeRate({ whole }: Kind, rate: number): number {
  return whole === undefined ? rate : Math.max(1, Math.round(whole * rate)) / whole;
}

const WARM_UP = 60;

export function plant(seed: number, seconds = 600): Plant {
  const dice = seeded(seed);
  const base = 0.7 * (150 / 0.7) ** dice();
  const kind = pick(dice, KINDS);
  const isStepped = dice() < 0.4;
  const limit = isStepped ? steps(dice, base, seconds) : () => base;
  const latency = pick(dice, Object.keys(LATENCIES) as Latency[]);
  const share = dice() < 0.2 ? 0.1 + 0.4 * dice() : 0;
  const isTold = dice() < 0.7;
  const [lie, lies] = dice() < 0.4 ? pick(dice, LIES) : [null, undefined];
  const parts = [
    `${kind.name}, ${base.toFixed(base < 10 ? 2 : 0)}/s, ${latency}`,
    isStepped && "steps",
    share > 0 && `neighbour ${share.toFixed(2)}`,
    !isTold && "untold",
    lie !== null && `lie: ${lie}`,
  ];
  const world: World = {
    server: (roll) => (lies === undefined ? kind.server(limit) : lying(kind.server(limit), lies(roll))),
    traits: isTold ? kind.traits : {},
    latency,
    rate: (now) => (1 - share) * wholeRate(kind, limit(now)),
    seconds,
    warmUp: WARM_UP,
    ...(share > 0 && { neighbour: (now: number) => share * limit(now) }),
  };
  const isSliding = kind.name.startsWith("sliding");
  return { world, name: parts.filter(Boolean).join(", "), isSliding, hasNeighbour: share > 0, lie };
}

/** The same plant as one sees it who reads no headers. */
export function withoutHeaders({ world }: Plant): World {
  return { ...world, traits: {}, server: (dice) => lying(world.server(dice), () => null) };
}
