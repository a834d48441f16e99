import type { Scenario } from "../world/scenario.js";
import { MINUTE, SECOND } from "./usual.js";

/** They see one level, and nobody takes all of it. */
export const f01: Scenario = {
  name: "f01-three-join-told",
  story: "Three clients come a minute apart and share a bucket that refills at 12 a second, which every answer tells.",
  durationMs: 10 * MINUTE,
  warmUpMs: 4 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 12, depthMs: 10 * SECOND },
    headers: { provider: "ietf" },
    answers: { like: "stream", uplinkMs: 30, refusalMs: 70 },
  },
  clients: [0, 1, 2].map((index) => ({ workload: { kind: "saturated", waiting: 200 }, joinsAtMs: index * MINUTE })),
  bounds: [
    { metric: "jain", atLeast: 0.99 },
    { metric: "goodput", atLeast: 0.97 },
    { metric: "refused", atMost: 0.01, because: "what a newcomer takes is seen only as fast as answers come" },
  ],
};
