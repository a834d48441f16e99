import type { Scenario } from "../world/scenario.js";
import { MINUTE } from "./usual.js";

/** What never moves tells nothing. */
export const l04: Scenario = {
  name: "l04-constant-remaining",
  story: "Remaining is always 1,200, and the limit is told twice too high.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 10 },
    headers: {
      provider: "anthropic",
      isHostKnown: true,
      lies: [{ kind: "constant", limit: 1_200, remaining: 1_200, resetInMs: 0 }],
    },
    answers: { like: "mid", uplinkMs: 30, refusalMs: 70 },
  },
  clients: [{ workload: { kind: "saturated", waiting: 400 } }],
  bounds: [
    { metric: "goodput", atLeast: 0.97 },
    { metric: "refused", atMost: 0.0165 },
  ],
};
