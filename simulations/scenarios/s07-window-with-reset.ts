import type { Scenario } from "../world/scenario.js";
import { MINUTE, saturated } from "./usual.js";

/** The whole window may come at once, and nothing after it: what is left is spread over the time that is left. */
export const s07: Scenario = {
  name: "s07-window-with-reset",
  story: "600 requests a minute in a fixed window, whose end every answer tells.",
  durationMs: 10 * MINUTE,
  warmUpMs: MINUTE,
  server: {
    limit: { kind: "window", requestsPerSecond: 10, windowMs: MINUTE },
    headers: { provider: "envoy" },
  },
  clients: [{ workload: saturated(10) }],
  bounds: [
    { metric: "goodput", atLeast: 0.99 },
    { metric: "refused", atMost: 0.001 },
    { metric: "cov", atMost: 0.2, because: "a window is no reason for a burst" },
  ],
};
