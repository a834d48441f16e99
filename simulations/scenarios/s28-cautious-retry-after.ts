import type { Scenario } from "../world/scenario.js";
import { MINUTE, SECOND, saturated } from "./usual.js";

/** A wait that a server states is for the request that it refuses, and not for the others. */
export const s28: Scenario = {
  name: "s28-cautious-retry-after",
  story: "Each refusal asks for 20 s, however soon there would be room.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 10 },
    faults: [{ kind: "retry-after", waitMs: 20 * SECOND }],
  },
  clients: [{ workload: saturated(10) }],
  bounds: [
    { metric: "goodput", atLeast: 0.99 },
    { metric: "refused", atMost: 0.0075 },
  ],
};
