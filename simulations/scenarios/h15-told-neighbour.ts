import type { Scenario } from "../world/scenario.js";
import { MINUTE, SECOND } from "./usual.js";

/** A header counts what strangers take too, a few seconds late. */
export const h15: Scenario = {
  name: "h15-told-neighbour",
  story: "A stranger takes half of 10 requests a second for 200 s, and every answer tells what is left.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 10, depthMs: 10 * SECOND },
    headers: { provider: "ietf" },
    answers: { like: "stream", uplinkMs: 30, refusalMs: 70 },
    neighbours: [{ requestsPerSecond: 5, fromMs: 200 * SECOND, untilMs: 400 * SECOND }],
  },
  clients: [{ workload: { kind: "saturated", waiting: 400 } }],
  bounds: [
    { metric: "goodput", atLeast: 0.97 },
    { metric: "refused", atMost: 0.008 },
  ],
};
