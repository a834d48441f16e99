import type { Scenario } from "../world/scenario.js";
import { MINUTE } from "./usual.js";

/** Who believes a reset that is rounded down comes before it. */
export const h08: Scenario = {
  name: "h08-window-rounded-down",
  story: "600 requests in each minute's window, whose end is told in whole seconds, rounded down.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "window", requestsPerSecond: 10, windowMs: MINUTE },
    headers: { provider: "envoy", rounding: "floor" },
    answers: { like: "mid", uplinkMs: 30, refusalMs: 70 },
  },
  clients: [{ workload: { kind: "saturated", waiting: 400 } }],
  bounds: [
    { metric: "goodput", atLeast: 0.98 },
    { metric: "refused", atMost: 0.003 },
  ],
};
