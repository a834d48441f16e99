import type { Clock } from "../../src/clock.js";
import { MemoryStore } from "../../src/store/memory.js";
import type { Contestant } from "../world/contestant.js";
import type { ScenarioOptions } from "../world/scenario.js";
import { sluiceContestant } from "./sluice.js";

/** How the store of a simulated fleet behaves. */
export interface FleetOptions {
  /** One way to the store, in milliseconds. Default 0.5. */
  readonly latencyMs?: number;
  /** Is shown the store of each world, to do it harm. */
  readonly onStore?: (store: MemoryStore, context: Parameters<Contestant["join"]>[0]) => void;
}

/** The clients of a world as one fleet, whose store is half a millisecond away. */
export const FLEET: Contestant = fleetContestant("sluice-fleet");

/** sluice in many processes that share a store: each client of a world is one of them. */
export function fleetContestant(name: string, options: ScenarioOptions = {}, fleet: FleetOptions = {}): Contestant {
  const { latencyMs = 0.5, onStore } = fleet;
  // A clock for each world, and a store.
  const stores = new WeakMap<Clock, MemoryStore>();
  return {
    name,
    join(context) {
      const { clock } = context;
      const store = stores.get(clock) ?? new MemoryStore({ clock, latencyMs: () => latencyMs });
      if (!stores.has(clock)) {
        stores.set(clock, store);
        onStore?.(store, context);
      }
      return sluiceContestant(name, { ...options, store }).join(context);
    },
  };
}
