import type { Scenario } from "../world/scenario.js";
import { MINUTE, saturated } from "./usual.js";

/** The plain case: who keeps looking for room must lose one request an epoch, 1 / (1 + limit x epoch) of all. */
export const s01: Scenario = {
  name: "s01-ten-a-second",
  story: "A server lets in 10 requests a second and tells nothing but no.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: { limit: { kind: "policer", requestsPerSecond: 10 } },
  clients: [{ workload: saturated(10) }],
  bounds: [
    { metric: "goodput", atLeast: 0.99 },
    { metric: "refused", atMost: 0.0065, because: "1 / (1 + 10 x 15.9 s) is 0.62 %" },
    { metric: "refused", atMost: 0.0036, of: "sluice-calm", because: "its epoch is 31 s: 0.32 %, and the start" },
  ],
};
