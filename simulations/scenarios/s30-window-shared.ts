import type { Scenario } from "../world/scenario.js";
import { MINUTE, saturated } from "./usual.js";

/** A window's edge calls all of them at once: who comes first would take all. */
export const s30: Scenario = {
  name: "s30-window-shared",
  story: "Four clients share 600 requests a minute in a fixed window, whose end every answer tells.",
  durationMs: 12 * MINUTE,
  warmUpMs: 4 * MINUTE,
  server: {
    limit: { kind: "window", requestsPerSecond: 10, windowMs: MINUTE },
    headers: { provider: "envoy" },
  },
  clients: [0, 1, 2, 3].map(() => ({ workload: saturated(10) })),
  bounds: [
    { metric: "jain", atLeast: 0.95 },
    { metric: "goodput", atLeast: 0.97 },
    { metric: "refused", atMost: 0.005 },
  ],
};
