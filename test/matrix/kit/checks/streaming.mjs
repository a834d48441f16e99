import assert from "node:assert/strict";
import { inWorld } from "../world.mjs";
import { inFlightIs } from "./queued.mjs";

export const streams = {
  async "streams token by token, and holds its slot to the end"(door) {
    const latency = { firstByteMs: 20, perTokenMs: 50 };
    return inWorld({ provider: door.provider, server: { ...door.server, latency } }, async (world) => {
      const client = door.client(world.sluice);
      // The first time an SDK loads and compiles what it streams with.
      for await (const _ of door.stream(client, { prompt: "Are you there?", tokensMax: 1 }));
      const startMs = performance.now();
      const arrivalsMs = [];
      let text = "";
      for await (const part of door.stream(client, { prompt: "Tell me a story.", tokensMax: 24 })) {
        if (part === "") continue;
        text += part;
        arrivalsMs.push(performance.now() - startMs);
        if (arrivalsMs.length === 1) assert.equal(world.sluice.budgets()[0].inFlight, 1);
      }
      const ratio = arrivalsMs[0] / arrivalsMs.at(-1);
      assert.ok(arrivalsMs.length >= 10, `only ${arrivalsMs.length} parts came: ${text}`);
      assert.ok(ratio < 0.5, `the first token came after ${ratio.toFixed(2)} of the time to the last`);
      assert.equal(world.sluice.budgets()[0].inFlight, 0);
      return { parts: arrivalsMs.length, firstToLast: Number(ratio.toFixed(2)) };
    });
  },

  async "an error in a stream is the SDK's own to its reader, is learnt from, and isn't sent again"(door) {
    const faults = [{ kind: "error-in-stream" }];
    await inWorld({ provider: door.provider, server: { ...door.server, faults } }, async (world) => {
      const client = door.client(world.sluice);
      let text = "";
      const read = async () => {
        for await (const part of door.stream(client, { prompt: "Tell me a story.", tokensMax: 24 })) text += part;
      };
      const { streamError = /overloaded/ } = door;
      await assert.rejects(read, (error) => streamError.test(error.message ?? JSON.stringify(error)));
      assert.notEqual(text, "");
      await inFlightIs(world.sluice, 0);
      assert.deepEqual([world.knocks(), world.sent()], [1, 1]);
      assert.equal(world.events.find(({ type }) => type === "settled").outcome, "overloaded");
    });
  },
};
