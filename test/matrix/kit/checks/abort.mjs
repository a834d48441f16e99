import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { inWorld } from "../world.mjs";
import { queuedIs } from "./queued.mjs";

export const abortsInQueue = {
  async "an abort in the queue frees the place at once"(door) {
    await inWorld({ provider: door.provider, server: door.server }, async (world) => {
      const client = door.client(world.sluice);
      const { sluice } = world;
      sluice.pause();
      const controller = new AbortController();
      const asks = Array.from({ length: 5 }, (_, at) => {
        const signal = at === 2 ? { signal: controller.signal } : {};
        return door.ask(client, { prompt: `Number ${at}.`, tokensMax: 4, ...signal });
      });
      const ends = Promise.allSettled(asks);
      await queuedIs(sluice, 5);
      controller.abort();
      await turn();
      assert.equal(sluice.budgets()[0].queued, 4);
      await assert.rejects(asks[2]);
      sluice.resume();
      const settled = (await ends).map(({ status }) => status);
      assert.deepEqual(settled, ["fulfilled", "fulfilled", "rejected", "fulfilled", "fulfilled"]);
      assert.deepEqual([world.knocks(), world.sent()], [5, 4]);
    });
  },
};
