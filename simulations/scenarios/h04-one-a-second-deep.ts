import type { Scenario } from "../world/scenario.js";
import { MINUTE } from "./usual.js";

/** A bucket of 60 forgives what the path does. */
export const h04: Scenario = {
  name: "h04-one-a-second-deep",
  story: "One request a second from a bucket of 60.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 1, depthMs: MINUTE },
    headers: { provider: "anthropic", isHostKnown: true },
    answers: { like: "mid", uplinkMs: 30, refusalMs: 70 },
  },
  clients: [{ workload: { kind: "saturated", waiting: 400 } }],
  bounds: [
    { metric: "goodput", atLeast: 0.99 },
    {
      metric: "refused",
      atMost: 0.0035,
      because: "two refusals in ten minutes are 0.3 % of what one a second comes to",
    },
  ],
};
