import type { Scenario } from "../world/scenario.js";
import { MINUTE, SECOND } from "./usual.js";

/** Trust is lost in two refusals, and won back more slowly. */
export const l09: Scenario = {
  name: "l09-honest-then-not",
  story: "Headers are right, then twice too high for 200 s, then right again.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 10, depthMs: MINUTE },
    headers: {
      provider: "anthropic",
      isHostKnown: true,
      lies: [{ kind: "scaled", factor: 2, fromMs: 200 * SECOND, untilMs: 400 * SECOND }],
    },
    answers: { like: "mid", uplinkMs: 30, refusalMs: 70 },
  },
  clients: [{ workload: { kind: "saturated", waiting: 400 } }],
  bounds: [
    { metric: "goodput", atLeast: 0.97 },
    { metric: "refused", atMost: 0.0165 },
  ],
};
