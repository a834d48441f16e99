import type { Scenario } from "../world/scenario.js";
import { MINUTE } from "./usual.js";

/** Twelve thousand at once, and two hundred a second after that. */
export const h06: Scenario = {
  name: "h06-two-hundred-deep",
  story: "A bucket of 12,000 refills at 200 a second.",
  durationMs: 3 * MINUTE,
  warmUpMs: MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 200, depthMs: MINUTE },
    headers: { provider: "anthropic", isHostKnown: true },
    answers: { like: "mid", uplinkMs: 30, refusalMs: 70 },
  },
  clients: [{ workload: { kind: "saturated", waiting: 3_000 } }],
  bounds: [
    { metric: "goodput", atLeast: 0.995 },
    { metric: "refused", atMost: 0.001 },
  ],
};
