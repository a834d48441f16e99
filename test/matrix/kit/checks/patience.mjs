import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { inWorld } from "../world.mjs";
import { TWENTY } from "./pace.mjs";

/** A time limit that an SDK's user may have set, in milliseconds, and a wait that is several times as long. */
const OWN_TIMEOUT_MS = 1_500;
const WAIT_MS = 2_000;
const CALLS = 20;

export const outlastsOwnClock = {
  async "a long wait ends in an answer"(door) {
    return inWorld({ provider: door.provider, server: door.server }, async (world) => {
      // Where its clock doesn't tick while we wait, not even a short one does harm.
      const own = door.clockTicksWhileWaiting === false ? { timeout: OWN_TIMEOUT_MS } : {};
      const client = door.client(world.sluice, own);
      world.sluice.pause();
      const asked = door.ask(client, { prompt: "Hello.", tokensMax: 4 });
      await sleep(WAIT_MS);
      world.sluice.resume();
      assert.notEqual((await asked).text, "");
      assert.deepEqual([world.knocks(), world.sent()], [1, 1]);
    });
  },

  async "with its own short time limit and retries left on, it doesn't multiply the load"(door) {
    const { limit, ...told } = (door.pace ?? TWENTY.told).server;
    const four = { kind: "policer", requestsPerSecond: 4, ...windowOf(limit) };
    return inWorld({ provider: door.provider, server: { ...told, limit: four } }, async (world) => {
      const client = door.client(world.sluice, { timeout: OWN_TIMEOUT_MS, maxRetries: 2 });
      const asks = Array.from({ length: CALLS }, (_, at) =>
        door.ask(client, { prompt: `Number ${at}.`, tokensMax: 4 }),
      );
      const ends = await Promise.allSettled(asks);
      const answered = ends.filter(({ status }) => status === "fulfilled").length;
      assert.equal(world.sluice.budgets()[0].queued, 0);
      const accepted = world.server.state().lanes[0]?.accepted ?? 0;
      const cutOff = world.events.filter(isCutOff).length;
      const told = { calls: CALLS, answered, knocks: world.knocks(), accepted, cutOff, refused: world.refused() };
      assert.ok(accepted <= CALLS + cutOff, `more came than was asked for: ${JSON.stringify(told)}`);
      return told;
    });
  },
};

/** What that API's headers count by. */
function windowOf({ windowMs }) {
  return windowMs === undefined ? {} : { windowMs };
}

/** Whether a try was given up while it was under way: what it had cost is lost, and whoever asks again pays again. */
function isCutOff({ type, code, attempts }) {
  return type === "dropped" && code === "aborted" && attempts > 0;
}
