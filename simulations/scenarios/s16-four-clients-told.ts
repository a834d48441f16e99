import type { Scenario } from "../world/scenario.js";
import { MINUTE, saturated } from "./usual.js";

/** With a header all of them see one level, and each leaves some of it to the others. */
export const s16Told: Scenario = {
  name: "s16-four-clients-told",
  story: "Four clients come a minute apart and share 40 requests a second, of which every answer tells.",
  durationMs: 15 * MINUTE,
  warmUpMs: 10 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 40, depthMs: MINUTE },
    headers: { provider: "anthropic", isHostKnown: true },
  },
  clients: [0, 1, 2, 3].map((index) => ({ workload: saturated(10), joinsAtMs: index * MINUTE })),
  bounds: [
    { metric: "jain", atLeast: 0.99 },
    { metric: "refused", atMost: 0.001 },
  ],
};
