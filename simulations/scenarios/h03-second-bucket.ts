import type { Scenario } from "../world/scenario.js";
import { MINUTE } from "./usual.js";

/** A second's worth is all that there is: the level is too small to steer by. */
export const h03: Scenario = {
  name: "h03-second-bucket",
  story: "Ten requests a second, counted by the second.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 10 },
    headers: { provider: "together", isHostKnown: true },
    answers: { like: "stream", uplinkMs: 30, refusalMs: 70 },
  },
  clients: [{ workload: { kind: "saturated", waiting: 400 } }],
  bounds: [
    { metric: "goodput", atLeast: 0.985 },
    { metric: "refused", atMost: 0.001 },
  ],
};
