import type { Scenario } from "../world/scenario.js";
import { MINUTE, SECOND } from "./usual.js";

/** A limit that moves is followed when an answer tells it, once. */
export const h14: Scenario = {
  name: "h14-told-steps",
  story: "A limit of 40 a second falls to 10 and comes back, and every answer tells it.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 40, depthMs: 10 * SECOND },
    headers: { provider: "ietf" },
    answers: { like: "mid", uplinkMs: 30, refusalMs: 70 },
    schedule: [
      { atMs: 200 * SECOND, requestsPerSecond: 10 },
      { atMs: 400 * SECOND, requestsPerSecond: 40 },
    ],
  },
  clients: [{ workload: { kind: "saturated", waiting: 400 } }],
  bounds: [
    { metric: "goodput", atLeast: 0.98 },
    { metric: "refused", atMost: 0.002 },
  ],
};
