import type { Scenario } from "../world/scenario.js";
import { MINUTE } from "./usual.js";

/** What was sent a minute ago comes back now: any wobble does too. */
export const h09: Scenario = {
  name: "h09-sliding",
  story: "600 requests in any minute, and every answer tells what is left.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "sliding", requestsPerSecond: 10, windowMs: MINUTE },
    headers: { provider: "cohere", isHostKnown: true },
    answers: { like: "stream", uplinkMs: 30, refusalMs: 70 },
  },
  clients: [{ workload: { kind: "saturated", waiting: 400 } }],
  bounds: [
    { metric: "goodput", atLeast: 0.9 },
    { metric: "refused", atMost: 0.02 },
  ],
};
