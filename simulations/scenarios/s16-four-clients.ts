import type { Scenario } from "../world/scenario.js";
import { MINUTE, saturated } from "./usual.js";

/** Nobody tells them of one another: equal epochs are what makes shares equal. */
export const s16: Scenario = {
  name: "s16-four-clients",
  story: "Four clients come a minute apart and share 40 requests a second.",
  durationMs: 15 * MINUTE,
  warmUpMs: 10 * MINUTE,
  server: { limit: { kind: "policer", requestsPerSecond: 40 } },
  clients: [0, 1, 2, 3].map((index) => ({ workload: saturated(10), joinsAtMs: index * MINUTE })),
  bounds: [
    { metric: "jain", atLeast: 0.96 },
    { metric: "goodput", atLeast: 0.97 },
    {
      metric: "refused",
      atMost: 0.0105,
      because: "one look an epoch of each of four, at a quarter of the limit, and the joins",
    },
  ],
};
