import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningServer, startServer } from "../../simulations/server/http.js";
import { hasRedis, type Redis, startRedis } from "./redis-server.js";

const WORKER = fileURLToPath(new URL("worker.mjs", import.meta.url));
const LIMIT = 40;
const PROCESSES = 8;
/** One process believes it to be an hour later, and one an hour earlier. */
const CLOCKS_OFF_MS = [0, 3_600_000, -3_600_000];
/** What may go at once after a pause. */
const BURST = 5;

/** What a process has counted since its start, and how it stands. */
interface Told {
  readonly accepted: number;
  readonly refused: number;
  readonly lost: number;
  readonly store?: string;
  readonly share?: number;
}

interface Process {
  readonly child: ChildProcess;
  told: Told;
}

/**
 * Real processes, a real Redis, real HTTP. Bounds are wider than those that the same fleet keeps on the virtual clock: here each
 * process is as late as the machine makes it, and where eight start at once on two cores, finding the limit takes longer now and
 * then. It takes a minute and a half, and a machine that does nothing else: run it by `SLUICE_FLEET=1`.
 */
describe.skipIf(process.env["SLUICE_FLEET"] === undefined || !hasRedis())("processes that share a Redis", () => {
  let redis: Redis;
  let server: RunningServer;
  const processes: Process[] = [];

  beforeAll(async () => {
    redis = await startRedis();
    server = await startServer({
      limit: { kind: "policer", requestsPerSecond: LIMIT },
      headers: "none",
      models: [{ id: "m", type: "chat" }],
      latency: { firstByteMs: 200, perTokenMs: 1 },
    });
    for (let index = 0; index < PROCESSES; index++) {
      const clockOffMs = CLOCKS_OFF_MS[index] ?? 0;
      const child = fork(WORKER, [JSON.stringify({ redis: redis.url, api: server.url, waiting: 30, clockOffMs })]);
      const process: Process = { child, told: { accepted: 0, refused: 0, lost: 0 } };
      child.on("message", (told: Told) => {
        process.told = told;
      });
      processes.push(process);
    }
    while (!processes.every(({ told: { store } }) => store === "shared")) await sleep(100);
  }, 90_000);

  afterAll(async () => {
    const alive = processes.filter(({ child }) => child.exitCode === null && child.signalCode === null);
    for (const { child } of alive) child.send("stop");
    await Promise.all(alive.map(({ child }) => once(child, "exit")));
    await server.close();
    await redis.close();
  }, 30_000);

  /** What becomes of so many seconds, by the processes that are there. */
  async function watch(seconds: number) {
    const there = processes.filter(({ child }) => child.signalCode === null);
    const before = there.map(({ told }) => told);
    const startedMs = performance.now();
    await sleep(seconds * 1_000);
    const elapsed = (performance.now() - startedMs) / 1_000;
    const parts = there.map(({ told }, index) => told.accepted - (before[index]?.accepted ?? 0));
    const refused = there.reduce((sum, { told }, index) => sum + told.refused - (before[index]?.refused ?? 0), 0);
    const accepted = parts.reduce((sum, part) => sum + part, 0);
    return {
      goodput: accepted / (LIMIT * elapsed),
      refused: refused / (accepted + refused),
      jain: (accepted * accepted) / (parts.length * parts.reduce((sum, part) => sum + part * part, 0)),
    };
  }

  it("go at the limit together, in even parts", async () => {
    await sleep(20_000);
    const { goodput, refused, jain } = await watch(15);
    console.log("eight processes:", { goodput, refused, jain });
    expect(goodput).toBeGreaterThan(0.92);
    expect(refused).toBeLessThan(0.02);
    expect(jain).toBeGreaterThan(0.95);
  });

  it("hold back one that was stopped for longer than its lease, until it has asked", async () => {
    const [, , , sleeper] = processes;
    if (sleeper === undefined) throw new Error("no such process");
    sleeper.child.kill("SIGSTOP");
    await sleep(6_000);
    const others = processes.filter((each) => each !== sleeper).map(({ told: { share = 0 } }) => share);
    const before = sleeper.told;
    const heard: Told[] = [];
    sleeper.child.on("message", (told: Told) => heard.push(told));
    sleeper.child.kill("SIGCONT");
    await sleep(1_000);
    const came = sleeper.told.accepted + sleeper.told.refused - before.accepted - before.refused;
    const least = Math.min(...heard.map(({ share = 0 }) => share));
    console.log("stopped for 6 s:", { others, came, least });
    // Its part went to the others, and is its own again only when they have read of it.
    expect(others.reduce((sum, share) => sum + share, 0)).toBeGreaterThan(0.95);
    expect(least).toBeLessThan(0.5 / PROCESSES);
    expect(came).toBeLessThanOrEqual(LIMIT / PROCESSES + BURST + 2);
    await expect.poll(() => sleeper.told.share ?? 0, { timeout: 8_000 }).toBeGreaterThan(0.9 / PROCESSES);
    expect(sleeper.told.store).toBe("shared");
    expect(sleeper.told.lost).toBe(before.lost);
  });

  it("use the part of one that was killed", async () => {
    processes[0]?.child.kill("SIGKILL");
    await sleep(6_000);
    const { goodput, jain } = await watch(8);
    console.log("seven of them:", { goodput, jain });
    expect(goodput).toBeGreaterThan(0.92);
    expect(jain).toBeGreaterThan(0.95);
  });

  it("go on while Redis is dead, and meet again in an empty one", async () => {
    // At the start, while eight grope for the limit, a request may be refused as often as it is tried.
    const lost = () => processes.reduce((sum, { told }) => sum + told.lost, 0);
    const lostBefore = lost();
    await redis.kill();
    await sleep(4_000);
    const without = await watch(6);
    expect(processes.slice(1).every(({ told }) => told.store === "away")).toBe(true);
    await redis.restart();
    await sleep(10_000);
    expect(processes.slice(1).every(({ told }) => told.store === "shared")).toBe(true);
    const after = await watch(8);
    console.log("without Redis, and after:", { without, after });
    expect(without.goodput).toBeGreaterThan(0.8);
    expect(without.refused).toBeLessThan(0.03);
    expect(after.goodput).toBeGreaterThan(0.9);
    expect(after.refused).toBeLessThan(0.03);
    expect(lost()).toBe(lostBefore);
  });
});
