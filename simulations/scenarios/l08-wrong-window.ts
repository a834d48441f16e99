import type { Scenario } from "../world/scenario.js";
import { MINUTE } from "./usual.js";

/** Twice the limit in twice the time looks like twice the rate. */
export const l08: Scenario = {
  name: "l08-wrong-window",
  story: "600 are told for each minute, and it takes two for them to come back.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 5, depthMs: 2 * MINUTE, windowMs: 2 * MINUTE },
    headers: {
      provider: "anthropic",
      isHostKnown: true,
      lies: [{ kind: "scaled", factor: 0.5, fields: ["windowMs", "resetInMs"] }],
    },
    answers: { like: "mid", uplinkMs: 30, refusalMs: 70 },
  },
  clients: [{ workload: { kind: "saturated", waiting: 400 } }],
  bounds: [
    { metric: "goodput", atLeast: 0.97 },
    { metric: "refused", atMost: 0.0165 },
  ],
};
