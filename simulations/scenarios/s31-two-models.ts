import type { Scenario } from "../world/scenario.js";
import { MINUTE } from "./usual.js";

/** Each model has a rate of its own: one that is throttled costs the other nothing. */
export const s31: Scenario = {
  name: "s31-two-models",
  story: "One model lets in 20 requests a second and another, of the same account, one.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 20 },
    limits: { slow: { kind: "policer", requestsPerSecond: 1 } },
  },
  clients: [
    {
      workload: [
        { kind: "saturated", waiting: 184, model: "fast" },
        { kind: "saturated", waiting: 16, model: "slow" },
      ],
    },
  ],
  bounds: [
    { metric: "goodput", atLeast: 0.98 },
    { metric: "refused", atMost: 0.0075 },
  ],
};
