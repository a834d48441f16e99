import assert from "node:assert/strict";
import { inWorld } from "../world.mjs";

const PROMPT = "Hello.";

export const callsAsWritten = {
  async "the README's call, as it stands: answered, and given up after one try"(door) {
    const { call, model, provider, server } = door;
    await inWorld({ provider, server }, async ({ sluice }) => {
      assert.notEqual(await call({ sluice, model, prompt: PROMPT }), "");
    });
    await inWorld({ provider, server: { ...server, faults: [{ kind: "exhausted" }] } }, async (world) => {
      const isOwn = (error) => [402, 429].includes(door.typedStatus(error));
      await assert.rejects(call({ sluice: world.sluice, model, prompt: PROMPT }), isOwn);
      assert.deepEqual([world.knocks(), world.sent()], [1, 1]);
    });
  },
};
