import assert from "node:assert/strict";
import { createSluice } from "sluice";
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

/** Asks so often as another process would, which keeps to no pace: each time on a budget that is new to it. */
async function spend(door, times) {
  const stranger = createSluice();
  const client = door.client(stranger);
  for (let spent = 0; spent < times; spent += 1) {
    await stranger.with({ key: `stranger ${spent}` }, () => door.ask(client, ASK));
  }
  await stranger.close();
}

export const closedGate = {
  async "exhausted: its own typed error after one try, and the next without any"(door) {
    await inWorld(
      { provider: door.provider, server: { ...door.server, faults: [{ kind: "exhausted" }] } },
      async (world) => {
        const client = door.client(world.sluice);
        // Together says 402.
        await refusal(door, door.ask(client, ASK), [402, 429]);
        assert.deepEqual([world.knocks(), world.sent()], [1, 1]);
        await refusal(door, door.ask(client, ASK));
        assert.deepEqual([world.knocks(), world.sent()], [2, 1]);
      },
    );
  },

  async "a spent window: its own typed error after one try"(door) {
    const limit = { kind: "window", requestsPerSecond: 3 / 60, windowMs: 60_000 };
    await inWorld({ provider: door.provider, server: { ...door.server, limit } }, async (world) => {
      await spend(door, 3);
      const client = door.client(world.sluice);
      await refusal(
        door,
        world.sluice.with({ deadlineMs: 2_000 }, () => door.ask(client, ASK)),
      );
      assert.deepEqual([world.knocks(), world.sent()], [1, 1]);
    });
  },

  async "a full queue: its own typed error after one try"(door) {
    const options = { queue: { sizeMax: 1 } };
    await inWorld({ provider: door.provider, server: door.server, options }, async (world) => {
      const client = door.client(world.sluice);
      world.sluice.pause();
      const first = door.ask(client, ASK);
      await refusal(door, door.ask(client, ASK));
      assert.deepEqual([world.knocks(), world.sent()], [2, 0]);
      world.sluice.resume();
      assert.notEqual((await first).text, "");
    });
  },
};
