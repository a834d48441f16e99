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

/** sluice in many processes that share a store: each client of a world is one of them. */
export function fleetContestant(name: string, options: ScenarioOptions = {}, fleet: FleetOptions = {}): Contestant {
  const { latencyMs = 0.5, onStore } = fleet;
  let store: MemoryStore | undefined;
  return {
    name,
    join(context) {
      // The first client of a world opens it.
      if (context.index === 0 || store === undefined) {
        store = new MemoryStore({ clock: context.clock, latencyMs: () => latencyMs });
        onStore?.(store, context);
      }
      return sluiceContestant(name, { ...options, store }).join(context);
    },
  };
}
