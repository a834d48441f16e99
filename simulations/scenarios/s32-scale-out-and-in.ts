import type { Scenario } from "../world/scenario.js";
import { MINUTE, saturated } from "./usual.js";

/** Seven more pods, and then none of them: shares must even out both times. */
export const s32: Scenario = {
  name: "s32-scale-out-and-in",
  story: "One pod becomes eight, which share 40 requests a second, and one again.",
  durationMs: 15 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: { limit: { kind: "policer", requestsPerSecond: 40 } },
  clients: [
    { workload: saturated(40) },
    ...[1, 2, 3, 4, 5, 6, 7].map(() => ({
      workload: saturated(40),
      joinsAtMs: 5 * MINUTE,
      leavesAtMs: 10 * MINUTE,
    })),
  ],
  bounds: [
    { metric: "goodput", atLeast: 0.95 },
    { metric: "jain", atLeast: 0.9, within: { fromMs: 7 * MINUTE, untilMs: 10 * MINUTE } },
    { metric: "convergeMs", atMost: 35_000, within: { fromMs: 10 * MINUTE, untilMs: 15 * MINUTE } },
    { metric: "refused", atMost: 0.02 },
  ],
};
