import assert from "node:assert/strict";
import { inWorld } from "../world.mjs";
import { queuedIs } from "./queued.mjs";

/** Asks while the gate is shut, in this order, and gives the order in which the requests then left, each by its number. */
async function orderOf(door, ways) {
  return inWorld({ provider: door.provider, server: door.server }, async (world) => {
    const client = door.client(world.sluice);
    const { sluice } = world;
    sluice.pause();
    const asks = [];
    for (const [at, own] of ways.entries()) {
      asks.push(sluice.with(own, () => door.ask(client, { prompt: `Number ${at}.`, tokensMax: 4 })));
      await queuedIs(sluice, at + 1);
    }
    sluice.resume();
    await Promise.all(asks);
    return world.events.filter(({ type }) => type === "sent").map(({ request }) => request);
  });
}

export const ridesIn = {
  async "priority, tenant and deadline ride in through sluice.with"(door) {
    const [first] = await orderOf(door, [{}, {}, {}, { priority: 5 }]);
    assert.equal(first, 4, "the request of the highest priority went first");

    const order = await orderOf(door, [{ tenant: "a" }, { tenant: "a" }, { tenant: "a" }, { tenant: "b" }]);
    assert.ok(order.indexOf(4) <= 1, `the other tenant waited for a whole backlog: ${order}`);

    await inWorld({ provider: door.provider, server: door.server }, async (world) => {
      const client = door.client(world.sluice);
      world.sluice.pause();
      const asked = world.sluice.with({ deadlineMs: 100 }, () => door.ask(client, { prompt: "Now.", tokensMax: 4 }));
      await assert.rejects(asked, (error) => door.typedStatus(error) === 429);
      const { code } = world.events.find(({ type }) => type === "dropped");
      assert.deepEqual([code, world.knocks(), world.sent()], ["ERR_SLUICE_DEADLINE", 1, 0]);
    });
  },
};
