import type { Scenario } from "../world/scenario.js";
import { MINUTE, saturated } from "./usual.js";

/** From 1 a second to 200 takes 7.6 doublings of 2.7 s, less what the starting credit gives. */
export const s03: Scenario = {
  name: "s03-two-hundred-a-second",
  story: "A cold client meets a limit two hundred times its first rate.",
  durationMs: 5 * MINUTE,
  warmUpMs: 100_000,
  server: { limit: { kind: "policer", requestsPerSecond: 200 } },
  clients: [{ workload: saturated(200) }],
  bounds: [
    { metric: "goodput", atLeast: 0.99 },
    { metric: "refused", atMost: 0.0015 },
    { metric: "convergeMs", atMost: 18_000 },
  ],
};
