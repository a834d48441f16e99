import type { Scenario } from "../world/scenario.js";
import { MINUTE } from "./usual.js";

/** What a newcomer takes is seen four seconds later. */
export const f03: Scenario = {
  name: "f03-four-clients-slow-answers",
  story: "Four clients share a bucket of 1,200 that refills at 20 a second, and answers take four seconds.",
  durationMs: 10 * MINUTE,
  warmUpMs: 3 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 20, depthMs: MINUTE },
    headers: { provider: "anthropic", isHostKnown: true },
    answers: { like: "mid", uplinkMs: 30, refusalMs: 70 },
  },
  clients: [0, 1, 2, 3].map(() => ({ workload: { kind: "saturated", waiting: 200 } })),
  bounds: [
    { metric: "jain", atLeast: 0.98 },
    { metric: "goodput", atLeast: 0.97 },
    { metric: "refused", atMost: 0.01 },
  ],
};
