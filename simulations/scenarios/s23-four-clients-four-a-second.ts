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
    {
      metric: "jain",
      atLeast: 0.94,
      because: "even to 0.99 in four seeds of five; a client that comes last may wait long for its share",
    },
    {
      metric: "refused",
      atMost: 0.092,
      because: "four looks an epoch at four a second: 1 / (1 + 15.9 s) for each, and the joins",
    },
  ],
};
