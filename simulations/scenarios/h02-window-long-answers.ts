import type { Scenario } from "../world/scenario.js";
import { MINUTE } from "./usual.js";

/** The last headers of a window come when it is over. */
export const h02Long: Scenario = {
  name: "h02-window-long-answers",
  story: "600 requests in each minute's window, and answers take twenty seconds.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "window", requestsPerSecond: 10, windowMs: MINUTE },
    headers: { provider: "envoy" },
    answers: { like: "long", uplinkMs: 30, refusalMs: 70 },
  },
  clients: [{ workload: { kind: "saturated", waiting: 400 } }],
  bounds: [
    { metric: "goodput", atLeast: 0.99 },
    { metric: "refused", atMost: 0.001 },
  ],
};
