import type { Scenario } from "../world/scenario.js";
import { MINUTE, SECOND, saturated } from "./usual.js";

/** One probe after another, further and further apart, and back at once when one gets in. */
export const s13: Scenario = {
  name: "s13-outage",
  story: "The server is down for half a minute.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 10 },
    answers: { overloadMs: 300 },
    schedule: [{ atMs: 5 * MINUTE, outageMs: 30 * SECOND }],
  },
  clients: [{ workload: saturated(10) }],
  bounds: [
    { metric: "outageAttempts", atMost: 17 },
    { metric: "recoveryMs", atMost: 5_000 },
  ],
};
