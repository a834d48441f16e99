import type { Scenario } from "../world/scenario.js";
import { MINUTE } from "./usual.js";

/** A minute's worth is told, a second's worth is enforced. */
export const l03: Scenario = {
  name: "l03-second-below-the-minute",
  story: "Headers tell of 600 a minute, and more than 10 in a second are refused.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 10 },
    headers: {
      provider: "anthropic",
      isHostKnown: true,
      lies: [
        { kind: "foreign", limit: { kind: "policer", requestsPerSecond: 10, depthMs: MINUTE }, counts: "accepted" },
      ],
    },
    answers: { like: "stream", uplinkMs: 30, refusalMs: 70 },
  },
  clients: [{ workload: { kind: "saturated", waiting: 400 } }],
  bounds: [
    { metric: "goodput", atLeast: 0.97 },
    { metric: "refused", atMost: 0.0165 },
  ],
};
