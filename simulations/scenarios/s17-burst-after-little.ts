import type { Scenario } from "../world/scenario.js";
import { MINUTE, SECOND } from "./usual.js";

/** Time in which the sender asks for less than the rate is no evidence for more. */
export const s17: Scenario = {
  name: "s17-burst-after-little",
  story: "Three requests a second for five minutes, then thirty for one, at a limit of ten.",
  durationMs: 8 * MINUTE,
  server: { limit: { kind: "policer", requestsPerSecond: 10 } },
  clients: [
    {
      workload: {
        kind: "steps",
        steps: [
          { atMs: 0, requestsPerSecond: 3 },
          { atMs: 5 * MINUTE, requestsPerSecond: 30 },
          { atMs: 6 * MINUTE, requestsPerSecond: 3 },
        ],
      },
    },
  ],
  bounds: [{ metric: "refusedCount", atMost: 15, within: { fromMs: 5 * MINUTE, untilMs: 460 * SECOND } }],
};
