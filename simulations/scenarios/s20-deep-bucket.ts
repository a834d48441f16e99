import type { Scenario } from "../world/scenario.js";
import { MINUTE, SECOND, saturated } from "./usual.js";

/** For a minute the bucket hides the limit, and the rate that it let in is no limit. */
export const s20: Scenario = {
  name: "s20-deep-bucket",
  story: "A bucket of 600 stands before a limit of 10 a second.",
  durationMs: 15 * MINUTE,
  warmUpMs: 200 * SECOND,
  server: { limit: { kind: "policer", requestsPerSecond: 10, depthMs: MINUTE } },
  clients: [{ workload: saturated(10) }],
  bounds: [
    { metric: "worst10sRefused", atMost: 15, within: { fromMs: 0, untilMs: 5 * MINUTE } },
    { metric: "goodput", atLeast: 0.97 },
  ],
};
