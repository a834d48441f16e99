import { expect } from "vitest";
import { fleetContestant } from "../../simulations/contestants/fleet.js";
import { sluiceContestant } from "../../simulations/contestants/sluice.js";
import type { ClientSpec } from "../../simulations/world/scenario.js";
import { runWorld } from "../../simulations/world/world.js";
import type { MemoryStore } from "../../src/store/memory.js";

/** What the server allows a second. */
const LIMIT = 40;
export const BUSY: ClientSpec = { workload: { kind: "saturated", waiting: 60 } };

interface Fleet {
  /** Default 1. */
  readonly seed?: number;
  readonly clients: readonly ClientSpec[];
  readonly seconds: number;
  /** Whether headers tell the limit, which then has a bucket of five seconds. Default: nobody does. */
  readonly isTold?: boolean;
  /** Whether there is no store. */
  readonly isApart?: boolean;
  /** Harm done to the store, by the second at which it is done. */
  readonly harm?: Readonly<Record<number, (store: MemoryStore) => void>>;
}

/** Whole processes, each with a sluice of its own, that meet in a store a millisecond away. */
export function live({ seed = 1, clients, seconds, isTold = false, isApart = false, harm = {} }: Fleet) {
  const fleet = fleetContestant(
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
    server: {
      limit: { kind: "policer", requestsPerSecond: LIMIT, depthMs: isTold ? 5_000 : 500 },
      ...(isTold && { headers: { provider: "together", isHostKnown: true } }),
    },
    clients,
    bounds: [],
  } as const;
  const { tries, leaks } = runWorld({ scenario, contestant: isApart ? sluiceContestant("sluice") : fleet, seed });
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
