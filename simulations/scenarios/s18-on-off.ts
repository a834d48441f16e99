import type { Scenario } from "../world/scenario.js";
import { MINUTE, SECOND } from "./usual.js";

/** Exactly as much is asked as is allowed, so that the queue of each half minute just empties in the next. */
export const s18: Scenario = {
  name: "s18-on-off",
  story: "Twenty requests a second for half a minute and none for the next, at a limit of ten.",
  durationMs: 10 * MINUTE,
  server: { limit: { kind: "policer", requestsPerSecond: 10 } },
  clients: [{ workload: { kind: "on-off", requestsPerSecond: 20, onMs: 30 * SECOND, offMs: 30 * SECOND } }],
  bounds: [
    {
      metric: "waitP99Ms",
      atMost: 40_000,
      because: "a clairvoyant's queue is 15 s long at its worst, and any lag adds up",
    },
    { metric: "refused", atMost: 0.0065 },
  ],
};
