import { type Dice, logNormal, type Outcome, run, type Server, type World } from "./loop.js";

/** The plants of the law's scenarios, and what is measured of them. */

type OfTime = number | ((now: number) => number);
const at = (value: OfTime, now: number) => (typeof value === "number" ? value : value(now));

export interface PolicerOptions {
  readonly rate: OfTime;
  /** Requests; default: one second's worth, 1 at least. */
  readonly depth?: OfTime;
  readonly latency?: number;
  readonly refusalLatency?: number;
}

/** A token bucket. */
export function policer({ rate, depth, latency = 2, refusalLatency = 0.1 }: PolicerOptions) {
  return (roll: Dice): Server => {
    let level = Number.POSITIVE_INFINITY;
    let last = 0;
    return {
      handle(now) {
        const capacity = Math.max(1, at(depth ?? rate, now));
        level = Math.min(capacity, level + (now - last) * at(rate, now));
        last = now;
        if (level < 1) return { verdict: "refused", latency: refusalLatency * (0.8 + 0.4 * roll()) };
        level--;
        return { verdict: "accepted", latency: logNormal(roll, latency) };
      },
    };
  };
}

/** Fails whatever comes sooner than 1 / rate after the last that it let in: no burst at all. */
export function strict(rate: number, uplink: number) {
  return (roll: Dice): Server => {
    let last = Number.NEGATIVE_INFINITY;
    return {
      handle(now) {
        const arrival = now - uplink * Math.log(1 - roll());
        if (arrival - last < 1 / rate) return { verdict: "soft", latency: 0.005 };
        last = arrival;
        return { verdict: "accepted", latency: 0.01 };
      },
    };
  };
}

/** So many in each window of so many seconds, which opens with the first request after the last one was over. */
export function spending(limit: number, seconds: number) {
  return (): Server => {
    let [left, until] = [0, 0];
    return {
      handle(now) {
        if (now >= until) [left, until] = [limit, now + seconds];
        left--;
        return { verdict: left < 0 ? "refused" : "accepted", latency: 0.005 };
      },
    };
  };
}

/** So many in any so many seconds, what it refuses counted too. */
export function sliding(limit: number, seconds: number) {
  return (): Server => {
    const log: number[] = [];
    return {
      handle(now) {
        log.push(now);
        while ((log[0] ?? now) <= now - seconds) log.shift();
        return { verdict: log.length > limit ? "refused" : "accepted", latency: 0.005 };
      },
    };
  };
}

/** So many at once, and not one more. */
export function concurrency(limit: OfTime, verdict: "refused" | "saturated" = "refused") {
  return (roll: Dice): Server => {
    let open = 0;
    return {
      handle(now) {
        if (open >= at(limit, now)) return { verdict, latency: 0.1 };
        open++;
        return { verdict: "accepted", latency: logNormal(roll, 2) };
      },
      done() {
        open--;
      },
    };
  };
}

/** Some requests fail for reasons of the server's own. */
export function noisy(inner: (roll: Dice) => Server, share: number) {
  return (roll: Dice): Server => {
    const server = inner(roll);
    return { ...server, handle: (now) => (roll() < share ? { verdict: "soft", latency: 0.5 } : server.handle(now)) };
  };
}

/** Calls a refusal a lack of capacity, as nginx does. */
export function unavailing(inner: (roll: Dice) => Server) {
  return (roll: Dice): Server => {
    const server = inner(roll);
    const handle = (now: number) => {
      const answer = server.handle(now);
      return answer.verdict === "refused" ? { ...answer, verdict: "soft" as const } : answer;
    };
    return { ...server, handle };
  };
}

/** Down from one instant to another. */
export function outage(inner: (roll: Dice) => Server, from: number, to: number) {
  return (roll: Dice): Server => {
    const server = inner(roll);
    return {
      ...server,
      handle: (now) => (now >= from && now < to ? { verdict: "soft", latency: 0.3 } : server.handle(now)),
    };
  };
}

/** Refuses all from one instant to another. */
export function withFallingLimit(inner: (roll: Dice) => Server, { from, until }: { from: number; until: number }) {
  return (roll: Dice): Server => {
    const server = inner(roll);
    return {
      ...server,
      handle: (now) => (now >= from && now < until ? { verdict: "refused", latency: 0.1 } : server.handle(now)),
    };
  };
}

/** A limit that follows its use: so many times the mean accepted rate of the last seconds, in a range. */
export function following({ factor = 1.3, window = 30, base = 1, cap = 40 } = {}) {
  return (roll: Dice): Server => {
    const accepted: number[] = [];
    let first = 0;
    let level = Number.POSITIVE_INFINITY;
    let last = 0;
    return {
      handle(now) {
        while ((accepted[first] ?? now) <= now - window) first++;
        const limit = Math.min(cap, Math.max(base, (factor * (accepted.length - first)) / window));
        level = Math.min(Math.max(1, limit), level + (now - last) * limit);
        last = now;
        if (level < 1) return { verdict: "refused", latency: 0.1 * (0.8 + 0.4 * roll()) };
        level--;
        accepted.push(now);
        return { verdict: "accepted", latency: logNormal(roll, 2) };
      },
    };
  };
}

/** A limit of twice the mean accepted rate, and capacity shared with others: refused above the limit, 503 below. */
export function attributing({
  base,
  cap,
  capacity,
  window,
}: {
  base: number;
  cap: number;
  capacity: number;
  window: number;
}) {
  return (roll: Dice): Server => {
    const accepted: number[] = [];
    const sent: number[] = [];
    let firstAccepted = 0;
    let firstSent = 0;
    let level = capacity;
    let last = 0;
    return {
      handle(now) {
        while ((accepted[firstAccepted] ?? now) < now - window) firstAccepted++;
        const limit = Math.min(cap, Math.max(base, (2 * (accepted.length - firstAccepted)) / window));
        sent.push(now);
        while ((sent[firstSent] ?? now) < now - 5) firstSent++;
        level = Math.min(capacity, level + (now - last) * capacity);
        last = now;
        if (level < 1) return { verdict: (sent.length - firstSent) / 5 > limit ? "refused" : "soft", latency: 0.5 };
        level--;
        accepted.push(now);
        return { verdict: "accepted", latency: logNormal(roll, 2) };
      },
    };
  };
}

export interface Scenario {
  readonly name: string;
  readonly world: Omit<World, "seed">;
  /** Requests a second that the plant can take. */
  readonly limit: OfTime;
  readonly warmUp: number;
}

const steps = (now: number) => (now < 300 ? 40 : now < 600 ? 10 : 40);

export const scenarios = {
  S1: {
    name: "10 a second",
    world: { server: policer({ rate: 10 }), seconds: 600, workers: 92 },
    limit: 10,
    warmUp: 120,
  },
  S2: {
    name: "1 a second",
    world: { server: policer({ rate: 1 }), seconds: 1200, workers: 16 },
    limit: 1,
    warmUp: 240,
  },
  S3: {
    name: "200 a second",
    world: { server: policer({ rate: 200 }), seconds: 300, workers: 1840 },
    limit: 200,
    warmUp: 100,
  },
  S4: {
    name: "refusals 2 s late",
    world: { server: policer({ rate: 10, refusalLatency: 2 }), seconds: 600, workers: 92 },
    limit: 10,
    warmUp: 120,
  },
  S5: {
    name: "answers take 20 s",
    world: { server: policer({ rate: 5, latency: 20, refusalLatency: 0.3 }), seconds: 1200, workers: 480 },
    limit: 5,
    warmUp: 300,
  },
  S6: {
    name: "40, then 10, then 40",
    world: { server: policer({ rate: steps }), seconds: 900, workers: 368 },
    limit: steps,
    warmUp: 60,
  },
  S9: {
    name: "own overload as 503",
    world: { server: attributing({ base: 1, cap: 60, capacity: 30, window: 600 }), seconds: 1800, workers: 280 },
    limit: 30,
    warmUp: 300,
  },
  nginx: {
    name: "15 a second and a bucket of 10, all told by 503",
    world: {
      server: unavailing(policer({ rate: 15, depth: 10, latency: 0.01, refusalLatency: 0.005 })),
      seconds: 600,
      workers: 40,
    },
    limit: 15,
    warmUp: 60,
  },
  S11: {
    name: "23 at once, unsaid",
    world: { server: concurrency(23), seconds: 600, workers: 92 },
    limit: 10,
    warmUp: 120,
  },
  S12: {
    name: "2 % of random 503s",
    world: { server: noisy(policer({ rate: 10 }), 0.02), seconds: 600, workers: 92 },
    limit: 10,
    warmUp: 120,
  },
  S13: {
    name: "down for 30 s",
    world: { server: outage(policer({ rate: 10 }), 300, 330), seconds: 600, workers: 92 },
    limit: 10,
    warmUp: 120,
  },
} as const satisfies Record<string, Scenario>;

/** Accepted, as a share of what the plant could take after the warm-up. */
export function utilisation({ tries }: Outcome, { world, limit, warmUp }: Scenario): number {
  const accepted = tries.filter((each) => each.verdict === "accepted" && each.sentAt >= warmUp).length;
  let possible = 0;
  for (let now = warmUp; now < world.seconds; now++) possible += at(limit, now);
  return accepted / possible;
}

/** Tries that were not accepted, of all, in per cent. */
export function refusedPercent({ tries }: Outcome): number {
  return (100 * tries.filter((each) => each.verdict !== "accepted").length) / Math.max(1, tries.length);
}

/** Seconds from `from` to the first ten in which 90 % of `limit` was accepted. */
export function settledAfter({ tries }: Outcome, from: number, to: number, limit: number): number {
  const accepted = new Array<number>(Math.ceil(to - from)).fill(0);
  for (const { verdict, sentAt } of tries) {
    const second = Math.floor(sentAt - from);
    if (verdict === "accepted" && second >= 0 && second < accepted.length)
      accepted[second] = (accepted[second] ?? 0) + 1;
  }
  let sum = 0;
  for (let second = 0; second < accepted.length; second++) {
    sum += (accepted[second] ?? 0) - (accepted[second - 10] ?? 0);
    if (second >= 9 && sum >= 9 * limit) return second - 9;
  }
  return Number.POSITIVE_INFINITY;
}

export function triesWithin({ tries }: Outcome, from: number, to: number): number {
  return tries.filter((each) => each.sentAt >= from && each.sentAt < to).length;
}

export function over<T extends Scenario>(scenario: T, seeds: readonly number[], spec?: World["spec"]): Outcome[] {
  return seeds.map((seed) => run({ ...scenario.world, ...(spec && { spec }), seed }));
}

export const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
