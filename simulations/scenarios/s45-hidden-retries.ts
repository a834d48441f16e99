import type { Scenario } from "../world/scenario.js";
import { MINUTE, saturated } from "./usual.js";

/** What a proxy tries again looks like a slow success: a law that counts successes would grow on it. */
export const s45: Scenario = {
  name: "s45-hidden-retries",
  story: "A proxy tries refused requests three times more before it tells.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: { limit: { kind: "policer", requestsPerSecond: 10 }, proxy: { retries: 3 } },
  clients: [{ workload: saturated(10) }],
  bounds: [
    { metric: "goodput", atLeast: 0.95 },
    { metric: "refused", atMost: 0.03 },
  ],
};
