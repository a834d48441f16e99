import type { Scenario } from "../world/scenario.js";
import { MINUTE, saturated } from "./usual.js";

/** One request each second for each: every look for room costs one in sixteen, four times over. */
export const s23: Scenario = {
  name: "s23-four-clients-four-a-second",
  story: "Four clients come two minutes apart and share 4 requests a second.",
  durationMs: 40 * MINUTE,
  warmUpMs: 20 * MINUTE,
  server: { limit: { kind: "policer", requestsPerSecond: 4 } },
  clients: [0, 1, 2, 3].map((index) => ({ workload: saturated(1), joinsAtMs: index * 2 * MINUTE })),
  bounds: [
    { metric: "jain", atLeast: 0.96 },
    { metric: "refused", atMost: 0.085 },
  ],
};
