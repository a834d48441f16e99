import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../../simulations/clock.js";
import { createSluice } from "../../src/sluice.js";
import { MemoryStore } from "../../src/store/memory.js";

describe("closing a sluice that has its part of a fleet's limit", () => {
  it("with `abort` ends at once, though an earlier close waits for the store", async () => {
    const clock = createVirtualClock();
    const store = new MemoryStore({ clock, latencyMs: () => 5 });
    const sluice = createSluice({ clock, random: () => 0.5, store });
    const answer = sluice.schedule(async () => "done", { key: "m" });
    await clock.runAsync(1_000);
    expect(await answer).toBe("done");
    store.isAway = true;
    const ended: string[] = [];
    const first = sluice.close().then(() => ended.push("first"));
    await Promise.resolve();
    expect(ended).toEqual([]);
    expect(clock.pending).toBeGreaterThan(0);
    await sluice.close({ abort: true });
    await first;
    expect(ended).toEqual(["first"]);
    expect(clock.now()).toBe(1_000);
    expect(clock.pending).toBe(0);
  });
});
