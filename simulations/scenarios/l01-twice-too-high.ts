import type { Scenario } from "../world/scenario.js";
import { MINUTE } from "./usual.js";

/** Strangers seem to take half of what is told: what they seem to take is left to them. */
export const l01: Scenario = {
  name: "l01-twice-too-high",
  story: "Limit and remaining are told twice too high.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 10, depthMs: MINUTE },
    headers: { provider: "anthropic", isHostKnown: true, lies: [{ kind: "scaled", factor: 2 }] },
    answers: { like: "mid", uplinkMs: 30, refusalMs: 70 },
  },
  clients: [{ workload: { kind: "saturated", waiting: 400 } }],
  bounds: [
    { metric: "goodput", atLeast: 0.97 },
    { metric: "refused", atMost: 0.012 },
  ],
};
