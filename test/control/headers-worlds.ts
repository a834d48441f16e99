import type { QuotaReading } from "../../src/control/quota-state.js";
import { bucket, fixedWindow, type Latency, lying, slidingLog, type Verdict, type World } from "./headers-loop.js";

/** Plants with honest headers, and some that lie, each with what its headers are said to mean. */

const MINUTE_REFILL = { kind: "refill", windowMs: 60_000 } as const;
const MINUTE_WINDOW = { kind: "window", windowMs: 60_000 } as const;
const SECOND_REFILL = { kind: "refill", windowMs: 1_000 } as const;
const USUAL = { seconds: 600, warmUp: 120 };

const always = (value: number) => () => value;
const tenDeep = () => bucket(always(10), always(600), 60);

export const honestBucket = (latency: Latency): World => ({
  ...USUAL,
  server: tenDeep,
  traits: MINUTE_REFILL,
  latency,
  rate: always(10),
});

export const honestWindow = (latency: Latency, round?: (seconds: number) => number): World => ({
  ...USUAL,
  server: () => fixedWindow(600, 60, 17.4, round),
  traits: MINUTE_WINDOW,
  latency,
  rate: always(10),
});

export const shallowBucket: World = {
  ...USUAL,
  server: () => bucket(always(10), always(10), 1),
  traits: SECOND_REFILL,
  latency: "stream",
  rate: always(10),
};

export const bucketOfOne: World = {
  ...USUAL,
  server: () => bucket(always(1), always(1), 1),
  traits: SECOND_REFILL,
  latency: "mid",
  rate: always(1),
};

export const sliding = (rate: number, latency: Latency, traits: World["traits"] = MINUTE_WINDOW): World => ({
  ...USUAL,
  server: () => slidingLog(rate * 60, 60),
  traits,
  latency,
  rate: always(rate),
});

/** A limit by the second, with `remaining` and a constant reset over two. */
export const twoSecondsDeep: World = {
  ...USUAL,
  server: () => {
    const server = bucket(always(10), always(20), 1);
    return lying(server, ({ reading }) => ({ ...reading, limit: 10, resetIn: 2 }));
  },
  traits: { windowMs: 1_000, depth: 2 },
  latency: "mid",
  rate: always(10),
};

const stepped = (now: number): number => (now < 200 || now >= 400 ? 40 : 10);

export const stepDownAndUp: World = {
  ...USUAL,
  server: () => bucket(stepped, (now) => 10 * stepped(now), 10),
  traits: { kind: "refill", windowMs: 10_000 },
  latency: "mid",
  rate: stepped,
  warmUp: 60,
};

export const neighbourForAWhile: World = {
  ...USUAL,
  server: () => bucket(always(10), always(100), 10),
  traits: { kind: "refill", windowMs: 10_000 },
  latency: "stream",
  rate: (now) => (now >= 200 && now < 400 ? 5 : 10),
  neighbour: (now) => (now >= 200 && now < 400 ? 5 : 0),
};

export const neighbourOfAWindow: World = {
  ...USUAL,
  server: () => fixedWindow(600, 60, 17),
  traits: MINUTE_WINDOW,
  latency: "mid",
  rate: always(6),
  neighbour: always(4),
};

export const unknownBucket = (latency: Latency): World => ({ ...honestBucket(latency), traits: {} });
export const unknownWindow = (latency: Latency): World => ({ ...honestWindow(latency), traits: {} });

const told = (verdict: Verdict): QuotaReading & { limit: number; remaining: number; resetIn: number } => ({
  limit: verdict.reading?.limit ?? 0,
  remaining: verdict.reading?.remaining ?? 0,
  resetIn: verdict.reading?.resetIn ?? 0,
});

export const twiceTooHigh: World = {
  ...honestBucket("mid"),
  server: () =>
    lying(tenDeep(), (verdict) => {
      const { limit, remaining, resetIn } = told(verdict);
      return { limit: 2 * limit, remaining: 2 * remaining, resetIn };
    }),
};

export const twiceTooLow: World = {
  ...honestWindow("mid"),
  server: () =>
    lying(fixedWindow(600, 60, 17), (verdict) => {
      const { remaining, resetIn } = told(verdict);
      return { limit: 300, remaining: Math.max(0, remaining - 300), resetIn };
    }),
};

/** `remaining` never moves, and the limit is twice too high. */
export const constantRemaining: World = {
  ...honestBucket("mid"),
  server: () => lying(bucket(always(10), always(10), 60), () => ({ limit: 1200, remaining: 1200, resetIn: 0 })),
};

/** Headers that come and go each minute. */
export const vanishing: World = {
  ...honestBucket("mid"),
  server: () =>
    lying(bucket(always(10), always(10), 60), (verdict, now) =>
      Math.floor(now / 60) % 2 === 1 ? null : { ...told(verdict), limit: 600 },
    ),
  traits: { ...MINUTE_REFILL, depth: 1 / 60 },
};

const GARBAGE: readonly QuotaReading[] = [
  { limit: Number.NaN, remaining: -5, resetIn: 1e12 },
  { limit: 0, remaining: 0, resetIn: 0 },
  { limit: 6e7, remaining: 6e7, resetIn: 1 },
  {},
];

/** Three headers in ten make no sense. */
export const garbage: World = {
  ...honestBucket("mid"),
  server: (dice) =>
    lying(tenDeep(), (verdict) =>
      dice() > 0.3 ? told(verdict) : (GARBAGE[Math.floor(dice() * GARBAGE.length)] ?? null),
    ),
};

/** 60 a minute, let in one by one: `remaining` is never more than 1, though a minute's worth is said to be the limit. */
export const enforcedBySecond: World = {
  ...honestBucket("stream"),
  server: () => {
    const server = bucket(always(1), always(1), 60);
    return lying(server, ({ reading }) => ({ ...reading, limit: 60 }));
  },
  rate: always(1),
  warmUp: 300,
};

/** The limit of another service, a hundred times too high. */
export const hundredfold: World = {
  ...honestBucket("stream"),
  server: () => lying(bucket(always(10), always(10), 60), () => ({ limit: 60_000, remaining: 60_000, resetIn: 0 })),
};

/** A limit of 1.3 times what was let in over the last 30 s, from 1 a second to 40. */
export const following = (latency: Latency): World => ({
  ...USUAL,
  server: () => {
    const accepted: number[] = [];
    let first = 0;
    const limit = (now: number) => {
      while ((accepted[first] ?? now) <= now - 30) first += 1;
      return Math.min(40, Math.max(1, (1.3 * (accepted.length - first)) / 30));
    };
    const inner = bucket(limit, (now) => Math.max(1, limit(now)), 1);
    return {
      ...inner,
      handle(now) {
        const verdict = inner.handle(now);
        if (verdict.isAccepted) accepted.push(now);
        return verdict;
      },
    };
  },
  traits: SECOND_REFILL,
  latency,
  rate: always(40),
});

/** The window is said to be half as long as it is. */
export const wrongWindow: World = {
  ...honestBucket("mid"),
  server: () => bucket(always(5), always(600), 120),
  rate: always(5),
};

/** A minute's header over a policer that counts by the second. */
export const hiddenPolicer: World = {
  ...honestBucket("mid"),
  server: () => {
    const minute = bucket(always(1000 / 60), always(1000), 60);
    return lying(bucket(always(10), always(10), 60), ({ isAccepted }, now) => {
      if (isAccepted) minute.take(now);
      const level = minute.level(now);
      return { limit: 1000, remaining: Math.floor(level), resetIn: (1000 - level) / (1000 / 60) };
    });
  },
};

export const fourClients: World = {
  server: () => bucket(always(20), always(1200), 60),
  traits: MINUTE_REFILL,
  latency: "mid",
  rate: always(20),
  seconds: 900,
  warmUp: 450,
  clients: 4,
};
