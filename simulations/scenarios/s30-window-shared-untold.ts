import type { Scenario } from "../world/scenario.js";
import { MINUTE, SECOND, saturated } from "./usual.js";

/** Ten seconds are shorter than an epoch, so that no single refusal tells an edge from a limit. */
export const s30Untold: Scenario = {
  name: "s30-window-shared-untold",
  story: "Four clients share 200 requests in each ten seconds, and nothing tells of the window.",
  durationMs: 12 * MINUTE,
  warmUpMs: 4 * MINUTE,
  server: { limit: { kind: "window", requestsPerSecond: 20, windowMs: 10 * SECOND } },
  clients: [0, 1, 2, 3].map(() => ({ workload: saturated(20) })),
  bounds: [
    { metric: "jain", atLeast: 0.85 },
    { metric: "goodput", atLeast: 0.6 },
  ],
};
