import type { Scenario } from "../world/scenario.js";
import { MINUTE } from "./usual.js";

/** What is left of a window is spread over what is left of its time. */
export const h02: Scenario = {
  name: "h02-window-streams",
  story: "600 requests in each minute's window, and answers are streamed.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "window", requestsPerSecond: 10, windowMs: MINUTE },
    headers: { provider: "envoy" },
    answers: { like: "stream", uplinkMs: 30, refusalMs: 70 },
  },
  clients: [{ workload: { kind: "saturated", waiting: 400 } }],
  bounds: [
    { metric: "goodput", atLeast: 0.99 },
    { metric: "refused", atMost: 0.001 },
  ],
};
