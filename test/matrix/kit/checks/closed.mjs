import assert from "node:assert/strict";
import { inWorld } from "../world.mjs";

const ASK = { prompt: "Hello.", tokensMax: 4 };

/** A call that must end in the SDK's own typed error, of one of these statuses. */
async function refusal(door, asked, statuses = [429]) {
  const outcome = await asked.then(
    () => "an answer",
    (error) => error,
  );
  const isOwn = statuses.includes(door.typedStatus(outcome));
  assert.ok(isOwn, `not the SDK's error for ${statuses.join(" or ")}, but ${outcome?.stack ?? outcome}`);
}

export const closedGate = {
  async "exhausted: its own typed error after one try, and the next without any"(door) {
    await inWorld(
      { provider: door.provider, server: { ...door.server, fault: { kind: "exhausted" } } },
      async (world) => {
        const client = door.client(world);
        // Together says 402.
        await refusal(door, door.ask(client, ASK), [402, 429]);
        assert.deepEqual([world.knocks, world.sent()], [1, 1]);
        await refusal(door, door.ask(client, ASK));
        assert.deepEqual([world.knocks, world.sent()], [2, 1]);
      },
    );
  },

  async "a spent window: its own typed error after one try"(door) {
    const limit = { kind: "window", requestsPerSecond: 3 / 60, windowMs: 60_000 };
    await inWorld({ provider: door.provider, server: { ...door.server, limit } }, async (world) => {
      const stranger = door.client({ url: world.url, sdkOptions: () => ({ fetch, maxRetries: 0, timeout: 60_000 }) });
      for (let spent = 0; spent < 3; spent += 1) await door.ask(stranger, ASK);
      const client = door.client(world);
      await refusal(
        door,
        world.sluice.with({ deadlineMs: 2_000 }, () => door.ask(client, ASK)),
      );
      assert.deepEqual([world.knocks, world.sent()], [1, 1]);
    });
  },

  async "a full queue: its own typed error after one try"(door) {
    const options = { queue: { sizeMax: 1 } };
    await inWorld({ provider: door.provider, server: door.server, options }, async (world) => {
      const client = door.client(world);
      world.sluice.pause();
      const first = door.ask(client, ASK);
      await refusal(door, door.ask(client, ASK));
      assert.deepEqual([world.knocks, world.sent()], [2, 0]);
      world.sluice.resume();
      assert.notEqual((await first).text, "");
    });
  },
};
