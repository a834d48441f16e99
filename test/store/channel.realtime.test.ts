import cluster, { type Worker as ClusterWorker } from "node:cluster";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type RunningServer, startServer } from "../../simulations/server/http.js";
import { isSluiceError } from "../../src/errors.js";
import { createSluice } from "../../src/index.js";
import { channelStore } from "../../src/store/channel.js";

const WORKER = fileURLToPath(new URL("worker.mjs", import.meta.url));
const LIMIT = 100;
/** What takes seconds takes longer where others have the cores too: processes start, and miss their leases. */
const BUSY_MS = 45_000;

/** What a worker has told last. */
interface Told {
  readonly accepted: number;
  readonly lost: number;
  readonly warnings: readonly string[];
  readonly store?: string;
  readonly share?: number;
}

/** One of a fleet, whatever it is made of. */
interface One {
  told: Told;
  stop(): Promise<unknown>;
}

describe("a store among threads, and among a cluster's processes", { timeout: 3 * BUSY_MS }, () => {
  let server: RunningServer;
  let words: string;
  let all: One[] = [];

  beforeAll(async () => {
    server = await startServer({
      limit: { kind: "policer", requestsPerSecond: LIMIT },
      headers: "none",
      models: [{ id: "m", type: "chat" }],
      latency: { firstByteMs: 20, perTokenMs: 1 },
    });
    words = wordsFor({});
    // The one that holds what is shared need not send anything itself.
    channelStore();
  });
  afterEach(async () => {
    await Promise.all(all.map((one) => one.stop()));
    all = [];
  });
  afterAll(() => server.close());

  function wordsFor(more: object): string {
    return JSON.stringify({ api: server.url, waiting: 40, control: { rateInitial: LIMIT / 4 }, ...more });
  }

  function newcomer(stop: () => Promise<unknown>): One {
    const one = { told: { accepted: 0, lost: 0, warnings: [] }, stop };
    all.push(one);
    return one;
  }

  function startThread(): { one: One; thread: Worker } {
    const thread = new Worker(WORKER, { argv: [words] });
    const ended = once(thread, "exit");
    const one = newcomer(async () => {
      thread.postMessage("stop");
      await ended;
    });
    thread.on("message", (told: Told) => {
      one.told = told;
    });
    return { one, thread };
  }

  function startProcess(threads = 0): { one: One; inside: One[]; worker: ClusterWorker } {
    cluster.setupPrimary({ exec: WORKER, args: [JSON.stringify({ ...JSON.parse(words), threads })] });
    const worker = cluster.fork();
    const ended = once(worker, "exit");
    const one = newcomer(async () => {
      if (worker.isConnected()) worker.send("stop");
      await ended;
    });
    const inside = Array.from({ length: threads }, () => newcomer(async () => ended));
    worker.on("message", (told: Told & { readonly thread?: number }) => {
      if (told.accepted === undefined) return;
      const teller = told.thread === undefined ? one : inside[told.thread - 1];
      if (teller !== undefined) teller.told = told;
    });
    return { one, inside, worker };
  }

  const shares = (ones: readonly One[]): number[] => ones.map(({ told: { share = 0 } }) => share);
  const standings = (ones: readonly One[]): unknown[] => ones.map(({ told: { store } }) => store);

  async function settleEvenly(ones: readonly One[]): Promise<void> {
    const part = 1 / ones.length;
    const isEven = () => shares(ones).every((share) => Math.abs(share - part) < 0.1 * part);
    const isShared = () => isEven() && standings(ones).every((standing) => standing === "shared");
    await expect.poll(isShared, { timeout: BUSY_MS, message: "even parts" }).toBe(true);
  }

  it("is shared evenly by threads, and what one had goes to the others when it dies", async () => {
    const threads = [startThread(), startThread(), startThread()];
    await settleEvenly(threads.map(({ one }) => one));
    await threads[0]?.thread.terminate();
    await settleEvenly(threads.slice(1).map(({ one }) => one));
    for (const { one } of threads) expect(one.told).toMatchObject({ lost: 0, accepted: expect.any(Number) });
  });

  it("is shared by a cluster's processes and by the threads of one, and by the primary itself", async () => {
    const [one, other] = [startProcess(1), startProcess()];
    await settleEvenly([one.one, ...one.inside, other.one]);
    const sluice = createSluice({ store: channelStore() });
    // Of another key: what the others share is theirs.
    await sluice.schedule(async () => 1, { key: "of the primary" });
    expect(sluice.budgets()[0]).toMatchObject({ store: "shared", share: 1 });
    await sluice.close();
    other.worker.process.kill("SIGKILL");
    await settleEvenly([one.one, ...one.inside]);
  });

  it("is away while the primary doesn't get to answer, and loses nothing meanwhile", async () => {
    // The API is of this process too, and meets all that it let wait at once, again and again: it is the store that is tested.
    words = wordsFor({ retry: { attemptsMax: 50 } });
    const workers = [startProcess(), startProcess()];
    const ones = workers.map(({ one }) => one);
    await settleEvenly(ones);
    const before = ones.map(({ told }) => told.accepted);
    const until = performance.now() + 3_500;
    while (performance.now() < until);
    const why = "goes on with a little less than its last share: no answer from the cluster's primary: it must call";
    const isAway = () => ones.every(({ told: { warnings } }) => warnings.some((warning) => warning.includes(why)));
    await expect.poll(isAway, { timeout: 10_000, message: "away" }).toBe(true);
    await settleEvenly(ones);
    await sleep(500);
    for (const [index, { told }] of ones.entries()) {
      expect(told.lost).toBe(0);
      expect(told.accepted).toBeGreaterThan(before[index] ?? 0);
    }
  });
});

describe("options of a store among threads and processes", () => {
  it("are refused by name", () => {
    for (const [options, message] of [
      [{ name: "" }, "name must be a text of 1 to 100 characters"],
      [{ name: 7 }, "name must be a text of 1 to 100 characters"],
      [{ prefix: "x" }, "there is no option prefix"],
    ] as const) {
      let error: unknown;
      try {
        channelStore(options as never);
      } catch (thrown) {
        error = thrown;
      }
      expect(isSluiceError(error)).toBe(true);
      expect(String(error)).toContain(`sluice/channel: ${message}`);
    }
  });

  it("keep fleets of other names apart, and give each name one store", () => {
    expect(channelStore({ name: "one" })).toBe(channelStore({ name: "one" }));
    expect(channelStore({ name: "one" })).not.toBe(channelStore({ name: "two" }));
  });
});
