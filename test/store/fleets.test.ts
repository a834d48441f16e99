import { describe, expect, it } from "vitest";
import type { ClientSpec } from "../../simulations/world/scenario.js";
import { BUSY, live } from "./live.js";

describe("a fleet that shares a store", () => {
  it("is as good as one process, and even", () => {
    const { goodput, refused, jain } = live({ clients: Array.from({ length: 8 }, () => BUSY), seconds: 80 }).within(
      20,
      80,
    );
    expect(goodput).toBeGreaterThan(0.97);
    expect(refused).toBeLessThan(0.01);
    expect(jain).toBeGreaterThan(0.98);
  });

  it("starts together without falling deep: what members tell late is no evidence against the rate", () => {
    for (let seed = 1; seed <= 6; seed++) {
      const clients = Array.from({ length: 8 }, (_, index) => ({ ...BUSY, joinsAtMs: (index * seed * 137) % 3_000 }));
      const fleet = live({ seed, clients, seconds: 35 });
      expect(fleet.within(20, 35).goodput).toBeGreaterThan(0.85);
      expect(fleet.within(0, 35).refused).toBeLessThan(0.03);
    }
  });

  it("begins one after another where many begin together, and looks at what others have told", () => {
    const clients = Array.from({ length: 70 }, () => ({ workload: { kind: "saturated", waiting: 5 } }) as const);
    const fleet = live({ clients, seconds: 40 });
    expect(fleet.within(0, 40).refused).toBeLessThan(0.05);
    expect(fleet.within(20, 40).goodput).toBeGreaterThan(0.85);
  });

  it("follows demand: one that is busy has nearly all, whenever others send something", () => {
    const idle: ClientSpec = { workload: { kind: "poisson", requestsPerSecond: 0.05 } };
    const busy: ClientSpec = { workload: { kind: "saturated", waiting: 300 } };
    const fleet = live({ clients: [busy, ...Array.from({ length: 7 }, () => idle)], seconds: 80 });
    const { parts, refused } = fleet.within(30, 80);
    expect(parts[0]).toBeGreaterThan(0.97);
    expect(refused).toBeLessThan(0.01);
    const fives = Array.from({ length: 10 }, (_, at) => fleet.within(30 + 5 * at, 35 + 5 * at).parts[0]);
    for (const part of fives) expect(part).toBeGreaterThan(0.85);
  });

  it("takes in seven more within seconds, and lets them go", () => {
    const busy: ClientSpec = { workload: { kind: "saturated", waiting: 300 } };
    const guest: ClientSpec = { ...busy, joinsAtMs: 40_000, leavesAtMs: 80_000 };
    const fleet = live({ clients: [busy, ...Array.from({ length: 7 }, () => guest)], seconds: 110 });
    const together = fleet.within(50, 80);
    expect(together.goodput).toBeGreaterThan(0.97);
    expect(together.jain).toBeGreaterThan(0.98);
    expect(fleet.within(90, 110).parts[0]).toBeGreaterThan(0.95);
    expect(fleet.within(20, 110).refused).toBeLessThan(0.01);
  });

  it("goes through a deploy: each of its processes is replaced by another, one after another", () => {
    const clients = Array.from({ length: 8 }, (_, index): ClientSpec[] => [
      { ...BUSY, leavesAtMs: 40_000 + 4_000 * index },
      { ...BUSY, joinsAtMs: 41_000 + 4_000 * index },
    ]);
    const fleet = live({ clients: clients.flat(), seconds: 100 });
    expect(fleet.within(40, 76).goodput).toBeGreaterThan(0.95);
    expect(fleet.within(76, 100).goodput).toBeGreaterThan(0.97);
    expect(fleet.within(40, 100).refused).toBeLessThan(0.01);
  });

  it("loses little while the store is away, and nothing when it comes back empty", () => {
    const fleet = live({
      clients: Array.from({ length: 8 }, () => BUSY),
      seconds: 110,
      harm: {
        40: (store) => {
          store.isAway = true;
        },
        70: (store) => {
          store.isAway = false;
          store.flush();
        },
      },
    });
    expect(fleet.within(45, 70).goodput).toBeGreaterThan(0.85);
    expect(fleet.within(20, 110).refused).toBeLessThan(0.02);
    const after = fleet.within(80, 110);
    expect(after.goodput).toBeGreaterThan(0.97);
    expect(after.jain).toBeGreaterThan(0.98);
  });
});
