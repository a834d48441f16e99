import { describe, expect, it } from "vitest";
import type { ClientSpec } from "../../simulations/world/scenario.js";
import { BUSY, live } from "./live.js";

const AWAY = (store: { isAway: boolean }): void => {
  store.isAway = true;
};
const BACK = (store: { isAway: boolean }): void => {
  store.isAway = false;
};

describe("processes that go by rates of their own", () => {
  it("bring these together when the store is there at last, though it wasn't when they began", () => {
    for (const seed of [1, 2]) {
      const clients = Array.from({ length: 8 }, () => BUSY);
      const fleet = live({ seed, clients, seconds: 100, harm: { 0: AWAY, 60: BACK } });
      expect.soft(fleet.within(60, 70).goodput, `seed ${seed}`).toBeGreaterThan(0.85);
      expect.soft(fleet.within(70, 100).goodput, `seed ${seed}`).toBeGreaterThan(0.95);
      expect.soft(fleet.within(60, 100).refused, `seed ${seed}`).toBeLessThan(0.02);
      expect.soft(fleet.within(70, 100).jain, `seed ${seed}`).toBeGreaterThan(0.98);
    }
  });

  it("find theirs without a store too, where all have begun at once and taken one level for their own", () => {
    for (const seed of [1, 2]) {
      const clients = Array.from({ length: 8 }, () => BUSY);
      const fleet = live({ seed, clients, seconds: 80, isTold: true, isApart: true });
      expect.soft(fleet.within(20, 80).goodput, `seed ${seed}`).toBeGreaterThan(0.95);
      // A tenth, where each goes on from the rate that the level had led it to.
      expect.soft(fleet.within(20, 80).refused, `seed ${seed}`).toBeLessThan(0.06);
    }
  });

  it("begin with an even part of what they had left, where they come back while the store is away", () => {
    // All are busy, leave after a minute of silence, and come back ten seconds after the store has gone.
    const steps = [
      { atMs: 0, requestsPerSecond: 8 },
      { atMs: 60_000, requestsPerSecond: 0 },
      { atMs: 180_000, requestsPerSecond: 4.9 },
    ];
    for (const seed of [1, 2]) {
      const clients = Array.from({ length: 8 }, (): ClientSpec => ({ workload: { kind: "steps", steps } }));
      const fleet = live({ seed, clients, seconds: 250, harm: { 170: AWAY, 220: BACK } });
      // Each at the whole rate, they were refused a quarter and more of what they sent.
      expect.soft(fleet.within(180, 190).refused, `seed ${seed}`).toBeLessThan(0.15);
      expect.soft(fleet.within(190, 220).goodput, `seed ${seed}`).toBeGreaterThan(0.9);
      expect.soft(fleet.within(220, 250).goodput, `seed ${seed}`).toBeGreaterThan(0.85);
      expect.soft(fleet.within(220, 250).refused, `seed ${seed}`).toBeLessThan(0.03);
    }
  });
});
