import type { Scenario } from "../world/scenario.js";
import { MINUTE } from "./usual.js";

/** A header that is too low never causes a refusal: only a probe finds it. */
export const l02: Scenario = {
  name: "l02-twice-too-low",
  story: "Limit and remaining are told twice too low.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "window", requestsPerSecond: 10, windowMs: MINUTE },
    headers: { provider: "mistral", isHostKnown: true, lies: [{ kind: "scaled", factor: 0.5 }] },
    answers: { like: "mid", uplinkMs: 30, refusalMs: 70 },
  },
  clients: [{ workload: { kind: "saturated", waiting: 400 } }],
  bounds: [
    { metric: "goodput", atLeast: 0.96 },
    { metric: "refused", atMost: 0.06 },
  ],
};
