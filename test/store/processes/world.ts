import { setTimeout as sleep } from "node:timers/promises";
import { startServer } from "../../../simulations/server/http.js";
import { startRedis } from "../redis-server.js";
import { type OneProcess, startProcess, type Words } from "./one-process.js";

/** Of two in each eight, one believes it to be an hour later, and one an hour earlier. */
const CLOCKS_OFF_MS = [0, 3_600_000, -3_600_000, 0, 0, 0, 0, 0];
const LOOK_MS = 50;

export interface WorldOptions {
  /** Requests a second. */
  readonly limit: number;
  /** Whose headers tell it. Default: none do. */
  readonly provider?: string;
  /** Of each process' sluice. Default: nothing is told. */
  readonly control?: object;
  /** The way to Redis, where it isn't the straight one: its URL for the port of what the world has started. */
  readonly urlOf?: (port: number) => Promise<string>;
}

/** What became of a stretch of time. */
export interface Stretch {
  /** Accepted, as a part of what the limit lets through. */
  readonly goodput: number;
  /** As a part of all tries. */
  readonly refused: number;
  /** Jain's index over the processes that are there: 1 where they are even. */
  readonly jain: number;
  /** What each of them had accepted, as a part of what the limit lets through. */
  readonly parts: readonly number[];
  readonly lost: number;
}

/** A Redis, an API with a limit, and processes between them. All of them are real. */
export type World = Awaited<ReturnType<typeof openWorld>>;

export async function openWorld({ limit, provider, control, urlOf }: WorldOptions) {
  const redis = await startRedis();
  const url = (await urlOf?.(redis.port)) ?? redis.url;
  const server = await startServer({
    limit: { kind: "policer", requestsPerSecond: limit },
    ...(provider === undefined ? { headers: "none" } : { provider }),
    models: [{ id: "m", type: "chat" }],
    latency: { firstByteMs: 200, perTokenMs: 1 },
  });
  const processes: OneProcess[] = [];
  const there = (): OneProcess[] => processes.filter(({ isThere }) => isThere);
  const shares = (some: readonly OneProcess[]): number[] => some.map(({ told: { share = 0 } }) => share);

  function within(fromMs: number, untilMs: number): Stretch {
    const counted = (of: "accepted" | "refused" | "lost", some: readonly OneProcess[]): number[] =>
      some.map((each) => each.toldAt(untilMs)[of] - each.toldAt(fromMs)[of]);
    const allowed = (limit * (untilMs - fromMs)) / 1_000;
    const own = counted("accepted", there());
    const accepted = sum(counted("accepted", processes));
    const refused = sum(counted("refused", processes));
    return {
      goodput: accepted / allowed,
      refused: refused / (accepted + refused),
      jain: sum(own) ** 2 / (own.length * sum(own.map((part) => part * part))),
      parts: own.map((part) => part / allowed),
      lost: sum(counted("lost", processes)),
    };
  }

  return {
    redis,
    processes,
    there,
    shares,
    within,
    /** Starts so many, and waits until all of them share. */
    async start(count: number, words: Partial<Words> = { waiting: 30 }): Promise<readonly OneProcess[]> {
      const common = { redis: url, api: server.url, waiting: 0, provider, control };
      const started = Array.from({ length: count }, (_, index) =>
        startProcess({ ...common, clockOffMs: CLOCKS_OFF_MS[index % CLOCKS_OFF_MS.length] ?? 0, ...words }),
      );
      processes.push(...started);
      await until(80_000, "all share", () => started.every(({ told }) => told.store === "shared"));
      return started;
    },
    /** What becomes of the next so many seconds. */
    async watch(seconds: number): Promise<Stretch> {
      const fromMs = performance.now();
      await sleep(seconds * 1_000);
      return within(fromMs, performance.now());
    },
    /** How long it takes until those that are there share the whole, in even parts if `isEven`, in seconds. */
    async settle(secondsMax: number, { isEven = true } = {}): Promise<number> {
      return until(secondsMax * 1_000, "the whole is shared", () => {
        const part = 1 / there().length;
        const all = shares(there());
        const isShared = there().every(({ told }) => told.store === "shared");
        return isShared && sum(all) > 0.97 && (!isEven || all.every((share) => Math.abs(share - part) < 0.1 * part));
      });
    },
    /** Ends all of it, whatever it has come to. */
    async close(): Promise<void> {
      for (const each of there()) each.signal("SIGCONT");
      const ends = await Promise.allSettled(there().map((each) => each.stop()));
      await server.close();
      await redis.close();
      for (const end of ends) if (end.status === "rejected") throw end.reason;
    },
  };
}

/** How long it takes until something holds, in seconds. */
export async function until(msMax: number, what: string, holds: () => boolean): Promise<number> {
  const fromMs = performance.now();
  while (!holds()) {
    if (performance.now() - fromMs > msMax) throw new Error(`not in ${msMax / 1_000} s: ${what}`);
    await sleep(LOOK_MS);
  }
  return (performance.now() - fromMs) / 1_000;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
