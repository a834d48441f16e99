import type { Scenario } from "../world/scenario.js";
import { MINUTE } from "./usual.js";

/** The headers tell of a limit that binds nothing. */
export const l02Foreign: Scenario = {
  name: "l02-another-bucket",
  story: "Headers tell of a bucket of 5 a second, which nobody enforces; 10 are allowed.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 10 },
    headers: {
      provider: "together",
      isHostKnown: true,
      lies: [{ kind: "foreign", limit: { kind: "policer", requestsPerSecond: 5 }, counts: "accepted" }],
    },
    answers: { like: "stream", uplinkMs: 30, refusalMs: 70 },
  },
  clients: [{ workload: { kind: "saturated", waiting: 400 } }],
  bounds: [
    { metric: "goodput", atLeast: 0.95 },
    { metric: "refused", atMost: 0.0165 },
  ],
};
