import type { Scenario } from "../world/scenario.js";
import { MINUTE } from "./usual.js";

/** Who believes a reset that is rounded up comes late by half a second on average. */
export const h07: Scenario = {
  name: "h07-window-rounded-up",
  story: "600 requests in each minute's window, whose end is told in whole seconds, rounded up.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "window", requestsPerSecond: 10, windowMs: MINUTE },
    headers: { provider: "envoy", rounding: "ceil" },
    answers: { like: "mid", uplinkMs: 30, refusalMs: 70 },
  },
  clients: [{ workload: { kind: "saturated", waiting: 400 } }],
  bounds: [
    { metric: "goodput", atLeast: 0.99 },
    { metric: "refused", atMost: 0.002 },
  ],
};
