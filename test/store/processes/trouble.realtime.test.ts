import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FaultyLine, faultyLine } from "../faulty-line.js";
import { hasRedis } from "../redis-server.js";
import { BACK_SECONDS, IS_LONG, isInBounds, LIMIT, PROCESSES, START_SECONDS, tell } from "./bounds.js";
import { type Failover, prepareFailover } from "./failover.js";
import { openWorld, type World } from "./world.js";

const AWAY_SECONDS = 30;
/** Of a stretch with trouble in it. */
const REFUSED_MAX = 0.02;
/** What a replica hasn't heard of when it takes its master's place. */
const LOST_SECONDS = 4;
/** What may go at once after a pause. */
const BURST = 5;

describe.skipIf(!IS_LONG || !hasRedis())("eight real processes in trouble", { timeout: 200_000 }, () => {
  let line: FaultyLine;
  let failover: Failover | undefined;
  let world: World;

  beforeEach(async () => {
    const urlOf = async (port: number): Promise<string> => {
      line = await faultyLine(port);
      return `redis://127.0.0.1:${line.port}`;
    };
    world = await openWorld({ limit: LIMIT, urlOf });
    await world.start(PROCESSES);
    await sleep(START_SECONDS * 1_000);
  }, 120_000);

  afterEach(async () => {
    await world.close();
    await failover?.close();
    failover = undefined;
    line.close();
  }, 60_000);

  /** From its end on. */
  async function isBackInBounds(what: string, troubleFromMs: number): Promise<void> {
    await sleep(BACK_SECONDS * 1_000);
    isInBounds(`${what}: from ten seconds after`, await world.watch(20));
    const whole = world.within(troubleFromMs, performance.now());
    tell(`${what}: from its begin until then`, whole);
    expect(whole.refused).toBeLessThanOrEqual(REFUSED_MAX);
    expect(whole.lost).toBe(0);
  }

  const standings = (): unknown[] => world.there().map(({ told: { store } }) => store);

  it.each(["is stopped for 30 s", "is killed, and started empty after 30 s"])("go on while Redis %s", async (what) => {
    const isKilled = what.startsWith("is killed");
    const fromMs = performance.now();
    if (isKilled) await world.redis.kill();
    else world.redis.pause();
    await sleep(5_000);
    tell(`Redis ${what}: without it`, await world.watch(AWAY_SECONDS - 5));
    expect(standings()).toEqual(standings().map(() => "away"));
    if (isKilled) await world.redis.restart();
    else world.redis.resume();
    await isBackInBounds(`Redis ${what}`, fromMs);
    expect(standings()).toEqual(standings().map(() => "shared"));
  });

  it("hold back one that was stopped for a minute, until it has asked", async () => {
    const sleeper = world.processes[3];
    if (sleeper === undefined) throw new Error("no such process");
    const others = world.processes.filter((each) => each !== sleeper);
    const fromMs = performance.now();
    sleeper.signal("SIGSTOP");
    await sleep(5_000);
    const without = await world.watch(55);
    const part = world.shares(others).reduce((sum, share) => sum + share, 0);
    const before = sleeper.told;
    sleeper.signal("SIGCONT");
    const wokenAtMs = performance.now();
    await sleep(1_000);
    const least = Math.min(...sleeper.heardSince(wokenAtMs).map(({ share = 0 }) => share));
    const came = sleeper.told.accepted + sleeper.told.refused - before.accepted - before.refused;
    tell("one of eight stopped: the others, from five seconds after", without);
    console.log(`of the whole they had ${part.toFixed(3)}; woken, it had ${least}, and sent ${came} in a second`);
    expect(without.goodput).toBeGreaterThan(0.97);
    // Its part went to the others, and is its own again only when they have read of it.
    expect(part).toBeGreaterThan(0.98);
    expect(least).toBeLessThan(0.5 / PROCESSES);
    expect(came).toBeLessThanOrEqual(LIMIT / PROCESSES + BURST + 2);
    await isBackInBounds("one of eight stopped for a minute", fromMs);
  });

  it("follow to a replica that hadn't heard of all, and know better than it", async () => {
    failover = await prepareFailover(world.redis);
    await sleep(1_000);
    const fromMs = performance.now();
    await failover.loseWrites(LOST_SECONDS * 1_000);
    line.cut();
    const [told, heard] = [await failover.masterVersion(), await failover.replicaVersion()];
    await world.redis.kill();
    await sleep(5_000);
    await failover.promote();
    line.heal(failover.port);
    const versions = await failover.watchVersions(3_000);
    console.log(`failover: the master was at ${told}, the replica at ${heard}, then at ${versions.join(", ")}`);
    // Who comes first knows all up to its own last turn, since when each of the others has had about one.
    const first = told - 2 * PROCESSES;
    expect(heard).toBeLessThan(first);
    const written = versions[0] === heard ? versions.slice(1) : versions;
    expect(written.at(-1)).toBeGreaterThan(told);
    for (const [index, version] of written.entries()) expect(version).toBeGreaterThan(written[index - 1] ?? first);
    await isBackInBounds("failover", fromMs);
  });
});
