import type { Scenario } from "../../../simulations/world/scenario.js";

/** A short scenario, to be changed as a test needs it. */
export function someScenario(changes: Partial<Scenario> = {}): Scenario {
  return {
    name: "some",
    story: "A server lets in five requests a second.",
    durationMs: 12_000,
    server: { limit: { kind: "policer", requestsPerSecond: 5 } },
    clients: [{ workload: { kind: "saturated", waiting: 20 } }],
    bounds: [],
    ...changes,
  };
}
