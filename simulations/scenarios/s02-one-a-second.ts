import type { Scenario } from "../world/scenario.js";
import { MINUTE, saturated } from "./usual.js";

/** Together's base of January 2026. Each look for room costs one request in sixteen: there is no cheaper one. */
export const s02: Scenario = {
  name: "s02-one-a-second",
  story: "A server lets in 60 requests a minute, counted by the second, and tells nothing but no.",
  durationMs: 20 * MINUTE,
  warmUpMs: 4 * MINUTE,
  server: { limit: { kind: "policer", requestsPerSecond: 1 } },
  clients: [{ workload: saturated(1) }],
  bounds: [
    { metric: "goodput", atLeast: 0.89 },
    { metric: "refused", atMost: 0.065, because: "1 / (1 + 1 x 15.9 s) is 5.9 %" },
    { metric: "goodput", atLeast: 0.92, of: "sluice-calm" },
    { metric: "refused", atMost: 0.035, of: "sluice-calm", because: "1 / (1 + 1 x 31 s) is 3.1 %" },
  ],
};
