import type { Scenario } from "../world/scenario.js";
import { MINUTE, saturated } from "./usual.js";

/** Noise of the server's must not shrink the rate: 2 % are lost whatever one does. */
export const s12: Scenario = {
  name: "s12-random-503",
  story: "One request in fifty fails with 503 for no reason of ours.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 10 },
    faults: [{ kind: "status-503", share: 0.02 }],
  },
  clients: [{ workload: saturated(10) }],
  bounds: [
    { metric: "goodput", atLeast: 0.98 },
    {
      metric: "refused",
      atMost: 0.0275,
      because: "2 % of noise and 1 / (1 + 10 x 15.9 s) are 2.6 %; dice of one seed lie 0.2 points around it",
    },
  ],
};
