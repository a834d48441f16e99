import type { Scenario } from "../world/scenario.js";
import { MINUTE } from "./usual.js";

/** Who is waited for goes first, and the batch takes what is left. */
export const s40: Scenario = {
  name: "s40-interactive-and-batch",
  story: "A batch keeps the limit of ten busy while two urgent requests a second come by chance.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: { limit: { kind: "policer", requestsPerSecond: 10 } },
  clients: [
    {
      workload: [
        { kind: "saturated", waiting: 92 },
        { kind: "poisson", requestsPerSecond: 2, requests: { priority: 10 } },
      ],
    },
  ],
  bounds: [
    { metric: "urgentWaitP99Ms", atMost: 500, within: { fromMs: 2 * MINUTE, untilMs: 10 * MINUTE } },
    { metric: "goodput", atLeast: 0.98 },
  ],
};
