import type { Scenario } from "../world/scenario.js";
import { MINUTE, saturated } from "./usual.js";

/** What makes no sense is as good as not said. */
export const s26: Scenario = {
  name: "s26-garbage-headers",
  story: "A third of the answers have limit headers that make no sense.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 10, depthMs: MINUTE },
    headers: { provider: "anthropic", isHostKnown: true, lies: [{ kind: "garbage", share: 0.3 }] },
  },
  clients: [{ workload: saturated(10) }],
  bounds: [
    { metric: "goodput", atLeast: 0.99 },
    {
      metric: "refused",
      atMost: 0.004,
      because: "a refusal whose headers say nothing is not known to have been foretold",
    },
  ],
};
