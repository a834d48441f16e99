import { describe, expect, it } from "vitest";
import { fleetContestant } from "../../simulations/contestants/fleet.js";
import type { ClientSpec } from "../../simulations/world/scenario.js";
import { runWorld } from "../../simulations/world/world.js";
import type { MemoryStore } from "../../src/store/memory.js";

const LIMIT = 40;
const BUSY: ClientSpec = { workload: { kind: "saturated", waiting: 60 } };

interface Fleet {
  /** Default 1. */
  readonly seed?: number;
  readonly clients: readonly ClientSpec[];
  readonly seconds: number;
  /** Harm done to the store, by the second at which it is done. */
  readonly harm?: Readonly<Record<number, (store: MemoryStore) => void>>;
}

/** Whole processes, each with a sluice of its own and told nothing, that meet in a store a millisecond away. */
function live({ seed = 1, clients, seconds, harm = {} }: Fleet) {
  const contestant = fleetContestant(
    "fleet",
    {},
    {
      onStore: (store, { clock }) => {
        for (const [second, task] of Object.entries(harm)) clock.after(Number(second) * 1_000, () => task(store));
      },
    },
  );
  const scenario = {
    name: "fleet",
    story: "Many processes, one limit.",
    durationMs: seconds * 1_000,
    server: { limit: { kind: "policer", requestsPerSecond: LIMIT, depthMs: 500 } },
    clients,
    bounds: [],
  } as const;
  const { tries, leaks } = runWorld({ scenario, contestant, seed });
  expect(leaks).toBe(0);
  return {
    /** Of a stretch, in seconds: what was accepted as a part of the limit, what was refused of all tries, and each client's own. */
    within(from: number, until: number) {
      const accepted = new Array<number>(clients.length).fill(0);
      let refused = 0;
      for (let row = 0; row < tries.length; row++) {
        const atMs = tries.sentAtMs.at(row);
        if (atMs < from * 1_000 || atMs >= until * 1_000) continue;
        if (tries.outcomeOf(row) === "accepted")
          accepted[tries.client.at(row)] = (accepted[tries.client.at(row)] ?? 0) + 1;
        else if (tries.outcomeOf(row) === "throttled") refused += 1;
      }
      const sum = accepted.reduce((total, each) => total + each, 0);
      const squares = accepted.reduce((total, each) => total + each * each, 0);
      return {
        goodput: sum / (LIMIT * (until - from)),
        refused: refused / (sum + refused),
        jain: (sum * sum) / (clients.length * squares),
        parts: accepted.map((each) => each / (LIMIT * (until - from))),
      };
    },
  };
}

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

  it("follows demand: one that is busy has nearly all", () => {
    const idle: ClientSpec = { workload: { kind: "poisson", requestsPerSecond: 0.05 } };
    const busy: ClientSpec = { workload: { kind: "saturated", waiting: 300 } };
    const { parts, refused } = live({ clients: [busy, ...Array.from({ length: 7 }, () => idle)], seconds: 80 }).within(
      30,
      80,
    );
    expect(parts[0]).toBeGreaterThan(0.95);
    expect(refused).toBeLessThan(0.01);
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
