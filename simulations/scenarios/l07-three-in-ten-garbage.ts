import type { Scenario } from "../world/scenario.js";
import { MINUTE } from "./usual.js";

/** What makes no sense is as good as not said. */
export const l07: Scenario = {
  name: "l07-three-in-ten-garbage",
  story: "Three headers in ten make no sense.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 10, depthMs: MINUTE },
    headers: { provider: "anthropic", isHostKnown: true, lies: [{ kind: "garbage", share: 0.3 }] },
    answers: { like: "mid", uplinkMs: 30, refusalMs: 70 },
  },
  clients: [{ workload: { kind: "saturated", waiting: 400 } }],
  bounds: [
    { metric: "goodput", atLeast: 0.98 },
    { metric: "refused", atMost: 0.012 },
  ],
};
