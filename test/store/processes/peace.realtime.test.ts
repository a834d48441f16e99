import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { hasRedis } from "../redis-server.js";
import { BACK_SECONDS, IS_LONG, isInBounds, LIMIT, PROCESSES, REFUSED_MAX, START_SECONDS, tell } from "./bounds.js";
import { openWorld, type World, type WorldOptions } from "./world.js";

const BUSY = { waiting: 60 };
/** A request in twenty seconds. */
const IDLE = { perSecond: 0.05 };
/** Where the limit is told, what is refused is what probes buy. */
const TOLD_REFUSED_MAX = 0.001;

/**
 * Real processes, a real Redis, real HTTP, a limit that none is told: the bounds that the same fleet keeps on the virtual clock. On a
 * machine that does nothing else, `SLUICE_FLEET=1 npx vitest run test/store/processes` shows them in fifteen minutes.
 */
describe.skipIf(!IS_LONG || !hasRedis())("eight real processes at one limit", { timeout: 200_000 }, () => {
  let world: World | undefined;
  afterEach(() => world?.close(), 60_000);

  async function open(options: Partial<WorldOptions> = {}): Promise<World> {
    world = await openWorld({ limit: LIMIT, ...options });
    return world;
  }

  it("go at it together, in even parts, and use the part of one that is killed", async () => {
    const world = await open();
    const [first] = await world.start(PROCESSES);
    await sleep(START_SECONDS * 1_000);
    isInBounds("eight processes", await world.watch(60));
    await first?.kill();
    const tookSeconds = await world.settle(5);
    console.log(`one of eight killed: its part was the others' after ${tookSeconds.toFixed(1)} s`);
    await sleep((5 - tookSeconds) * 1_000);
    isInBounds("the seven others, from five seconds after", await world.watch(20));
  });

  it.each(["together", "openai"])(
    "are refused nothing but what probes buy where headers tell it: %s",
    async (provider) => {
      const world = await open({ provider });
      await world.start(PROCESSES);
      await sleep(START_SECONDS * 1_000);
      isInBounds(`eight processes, ${provider}'s headers`, await world.watch(60), TOLD_REFUSED_MAX);
    },
  );

  it("come and go: one, eight, one", async () => {
    const world = await open();
    await world.start(1, BUSY);
    await sleep(START_SECONDS * 1_000);
    tell("one alone", await world.watch(10));
    const guests = await world.start(PROCESSES - 1, BUSY);
    await sleep(BACK_SECONDS * 1_000);
    isInBounds("eight, ten seconds after seven came", await world.watch(20));
    await Promise.all(guests.map((guest) => guest.stop()));
    await sleep(BACK_SECONDS * 1_000);
    isInBounds("one, ten seconds after they left", await world.watch(25));
  });

  it("leave nearly all of it to one that is busy while the others send now and then", async () => {
    const world = await open();
    await world.start(PROCESSES - 1, IDLE);
    await world.start(1, { waiting: 100 });
    await sleep(START_SECONDS * 1_000);
    const stretch = await world.watch(40);
    const busy = Math.max(...stretch.parts);
    tell("one busy, seven idle", stretch);
    console.log(`the busy one: ${busy.toFixed(3)} of the limit`);
    expect(busy).toBeGreaterThan(0.95);
    expect(stretch.refused).toBeLessThanOrEqual(REFUSED_MAX);
    expect(stretch.lost).toBe(0);
  });
});
