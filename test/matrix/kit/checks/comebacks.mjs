import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { inWorld } from "../world.mjs";
import { queuedIs } from "./queued.mjs";

const ASK = { tokensMax: 4 };
const OWN_TIMEOUT_MS = 1_000;

export const seesRetries = {
  async "its own retries, left on, keep their place, are counted, and are warned of once"(door) {
    return inWorld({ provider: door.provider, server: door.server }, async (world) => {
      const { sluice } = world;
      const hasty = door.client(world.sluice, { timeout: OWN_TIMEOUT_MS, maxRetries: 3 });
      const calm = door.client(world.sluice);
      sluice.pause();
      const first = door.ask(hasty, { ...ASK, prompt: "First." });
      await queuedIs(sluice, 1);
      const second = door.ask(calm, { ...ASK, prompt: "Second." });
      while ((sluice.budgets()[0].comebacks ?? 0) < 2) await sleep(20);
      await queuedIs(sluice, 2);
      sluice.resume();
      await Promise.all([first, second]);
      const sent = world.events.filter(({ type }) => type === "sent").map(({ request }) => request);
      assert.deepEqual(sent, [4, 2], "the SDK's second retry went first, and then what had come after its first call");
      const warnings = world.events.filter(({ type }) => type === "warning").map(({ code }) => code);
      assert.deepEqual(warnings, ["caller-retries"]);
      return { knocks: world.knocks(), comebacks: sluice.budgets()[0].comebacks };
    });
  },
};
