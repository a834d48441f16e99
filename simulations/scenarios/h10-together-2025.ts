import type { Scenario } from "../world/scenario.js";
import { MINUTE, SECOND } from "./usual.js";

/** What remained covered two seconds, and so much could come at once. */
export const h10: Scenario = {
  name: "h10-together-2025",
  story: "Ten requests a second as Together told them in 2025, two seconds deep.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: {
      kind: "policer",
      requestsPerSecond: 10,
      depthMs: 2 * SECOND,
      advertisedDepthMs: 2 * SECOND,
      windowMs: SECOND,
    },
    headers: { provider: "together", era: "2025", isHostKnown: true },
    answers: { like: "mid", uplinkMs: 30, refusalMs: 70 },
  },
  clients: [{ workload: { kind: "saturated", waiting: 400 } }],
  bounds: [
    { metric: "goodput", atLeast: 0.985 },
    { metric: "refused", atMost: 0.001 },
  ],
};
