import type { Scenario } from "../world/scenario.js";
import { MINUTE, SECOND } from "./usual.js";

/** The dynamic rate only decides what a failure is called; while there is capacity there is none. */
export const s33: Scenario = {
  name: "s33-bursts-above-the-rate",
  story: "A platform with room to spare lets in whatever comes, far above the customer's dynamic rate.",
  durationMs: 10 * MINUTE,
  warmUpMs: MINUTE,
  server: {
    limit: {
      kind: "together",
      mode: "attribution",
      requests: { base: 1, cap: 20 },
      usageWindowMs: 10 * MINUTE,
      capacityPerSecond: 60,
    },
    headers: { provider: "together", era: "refusals", isHostKnown: true },
  },
  clients: [{ workload: { kind: "bursts", size: 30, everyMs: 10 * SECOND } }],
  bounds: [
    { metric: "goodput", atLeast: 0.98 },
    { metric: "refused", atMost: 0.001 },
    { metric: "waitP99Ms", atMost: 8_000 },
  ],
};
