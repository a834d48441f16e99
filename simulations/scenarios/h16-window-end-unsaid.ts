import type { Scenario } from "../world/scenario.js";
import { MINUTE } from "./usual.js";

/** Mistral tells what is left of a minute and not when the next begins: the first rise of what is left tells it. */
export const h16: Scenario = {
  name: "h16-window-end-unsaid",
  story: "600 requests in each minute's window, whose end no answer tells.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "window", requestsPerSecond: 10, windowMs: MINUTE },
    headers: { provider: "mistral", isHostKnown: true },
    answers: { like: "stream", uplinkMs: 30, refusalMs: 70 },
  },
  clients: [{ workload: { kind: "saturated", waiting: 400 } }],
  bounds: [
    { metric: "goodput", atLeast: 0.975 },
    { metric: "refused", atMost: 0.001 },
  ],
};
