import type { Scenario } from "../world/scenario.js";
import { MINUTE } from "./usual.js";

/** Where they are missing for long, refusals govern. */
export const l06: Scenario = {
  name: "l06-come-and-go",
  story: "Headers come for a minute and are missing for the next.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 10, depthMs: MINUTE },
    headers: { provider: "anthropic", isHostKnown: true, lies: [{ kind: "vanishing", everyMs: MINUTE }] },
    answers: { like: "mid", uplinkMs: 30, refusalMs: 70 },
  },
  clients: [{ workload: { kind: "saturated", waiting: 400 } }],
  bounds: [
    { metric: "goodput", atLeast: 0.97 },
    { metric: "refused", atMost: 0.0165 },
  ],
};
