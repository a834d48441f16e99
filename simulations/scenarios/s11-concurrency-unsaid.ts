import type { Scenario } from "../world/scenario.js";
import { MINUTE, saturated } from "./usual.js";

/** Refusals that come at one number of requests in flight, again and again, are of that number and not of the rate. */
export const s11: Scenario = {
  name: "s11-concurrency-unsaid",
  story: "A server takes 23 requests at once, and its plain 429 doesn't say that it is this.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: { limit: { kind: "concurrency", inFlightMax: 23, isInFlightUnsaid: true } },
  clients: [{ workload: saturated(10) }],
  bounds: [
    { metric: "goodput", atLeast: 0.95 },
    { metric: "refused", atMost: 0.01 },
  ],
};
