import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasRedis } from "../redis-server.js";
import { tell } from "./bounds.js";
import { openWorld, until, type World } from "./world.js";

/** Little enough to leave a busy machine time for it. */
const LIMIT = 60;
const PROCESSES = 4;
/** What takes seconds takes longer where others have the cores too. */
const SECONDS_MAX = 45;

/**
 * What a fleet does, on any machine; how well it does it, `SLUICE_FLEET=1` shows (see `peace` and `trouble`). Its sluices know the
 * limit, so that what is refused is refused for one reason alone: that they didn't share it.
 */
describe.skipIf(!hasRedis())("four real processes", { timeout: 3 * SECONDS_MAX * 1_000 }, () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ limit: LIMIT, control: { rateInitial: LIMIT, rateMax: LIMIT } });
    await world.start(PROCESSES, { waiting: 100 });
  }, 90_000);
  afterAll(() => world.close(), 60_000);

  it("share a limit evenly", async () => {
    await world.settle(SECONDS_MAX);
    const stretch = await world.watch(4);
    tell("four processes", stretch);
    expect(stretch.goodput).toBeGreaterThan(0.5);
    expect(stretch.jain).toBeGreaterThan(0.9);
    expect(stretch.refused).toBeLessThan(0.05);
  });

  it("use the part of one that was killed", async () => {
    await world.processes[0]?.kill();
    await world.settle(SECONDS_MAX);
    expect(world.there()).toHaveLength(PROCESSES - 1);
  });

  it("go on while Redis is dead, and meet again in an empty one", async () => {
    await world.redis.kill();
    const stand = (standing: string) => () => world.there().every(({ told }) => told.store === standing);
    await until(SECONDS_MAX * 1_000, "all are away", stand("away"));
    const without = await world.watch(2);
    await world.redis.restart();
    await until(SECONDS_MAX * 1_000, "all share again", stand("shared"));
    await world.settle(SECONDS_MAX);
    const after = await world.watch(2);
    tell("without Redis", without);
    tell("with an empty one", after);
    for (const stretch of [without, after]) {
      expect(stretch.goodput).toBeGreaterThan(0.5);
      expect(stretch.refused).toBeLessThan(0.05);
    }
    expect(world.within(0, performance.now()).lost).toBe(0);
  });
});
