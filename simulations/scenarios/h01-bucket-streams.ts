import type { Scenario } from "../world/scenario.js";
import { MINUTE } from "./usual.js";

/** Headers come half a second after the request, the body seconds later. */
export const h01Streams: Scenario = {
  name: "h01-bucket-streams",
  story: "A bucket of 600 refills at 10 a second, and answers are streamed.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 10, depthMs: MINUTE },
    headers: { provider: "anthropic", isHostKnown: true },
    answers: { like: "stream", uplinkMs: 30, refusalMs: 70 },
  },
  clients: [{ workload: { kind: "saturated", waiting: 400 } }],
  bounds: [
    { metric: "goodput", atLeast: 0.995 },
    { metric: "refused", atMost: 0.001 },
  ],
};
