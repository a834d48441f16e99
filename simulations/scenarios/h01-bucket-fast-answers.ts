import type { Scenario } from "../world/scenario.js";
import { MINUTE } from "./usual.js";

/** Level and refill are told, a tenth of a second late. */
export const h01: Scenario = {
  name: "h01-bucket-fast-answers",
  story: "A bucket of 600 refills at 10 a second, and answers are there at once.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 10, depthMs: MINUTE },
    headers: { provider: "anthropic", isHostKnown: true },
    answers: { like: "fast", uplinkMs: 30, refusalMs: 70 },
  },
  clients: [{ workload: { kind: "saturated", waiting: 400 } }],
  bounds: [
    { metric: "goodput", atLeast: 0.995 },
    { metric: "refused", atMost: 0.001 },
  ],
};
