import type { Scenario } from "../world/scenario.js";
import { MINUTE } from "./usual.js";

/** What a header tells was so twenty seconds ago: it is compared with what was expected then. */
export const h01Long: Scenario = {
  name: "h01-bucket-long-answers",
  story: "A bucket of 600 refills at 10 a second, and answers take twenty seconds.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 10, depthMs: MINUTE },
    headers: { provider: "anthropic", isHostKnown: true },
    answers: { like: "long", uplinkMs: 30, refusalMs: 70 },
  },
  clients: [{ workload: { kind: "saturated", waiting: 400 } }],
  bounds: [
    { metric: "goodput", atLeast: 0.995 },
    { metric: "refused", atMost: 0.001 },
  ],
};
