import assert from "node:assert/strict";
import { SECRET } from "../secret.mjs";
import { inWorld } from "../world.mjs";

const wordsIn = (text) => text.trim().split(/\s+/).length;

export const settlesTokens = {
  async "settles what was used, plain and streamed, for this model's budget"(door) {
    await inWorld({ provider: door.provider, server: door.server }, async (world) => {
      const client = door.client(world.sluice);
      const settled = () => world.events.filter(({ type }) => type === "settled").at(-1).actual;
      const { text, input, output } = await door.ask(client, { prompt: "Count.", tokensMax: 12 });
      assert.equal(output, wordsIn(text));
      const { inputTokens, outputTokens } = settled();
      assert.deepEqual([inputTokens, outputTokens], [input, output]);

      let streamed = "";
      for await (const part of door.stream(client, { prompt: "Count on.", tokensMax: 9 })) streamed += part;
      assert.equal(settled().outputTokens, wordsIn(streamed));

      const [{ key }] = world.sluice.budgets();
      assert.equal(key.split("|").at(-1), door.model);
      assert.ok(!JSON.stringify([world.sluice.budgets(), world.events]).includes(SECRET), "a key was shown");
    });
  },
};
