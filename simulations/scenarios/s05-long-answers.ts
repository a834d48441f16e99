import type { Scenario } from "../world/scenario.js";
import { MINUTE } from "./usual.js";

/** Good news is twenty seconds old, bad news a third of one: who counts answers in a row sees only failures. */
export const s05: Scenario = {
  name: "s05-long-answers",
  story: "Answers take twenty seconds and refusals a third of one.",
  durationMs: 20 * MINUTE,
  warmUpMs: 5 * MINUTE,
  server: { limit: { kind: "policer", requestsPerSecond: 5 }, answers: { medianMs: 20_000, refusalMs: 300 } },
  clients: [{ workload: { kind: "saturated", waiting: 480 } }],
  bounds: [
    { metric: "goodput", atLeast: 0.97 },
    { metric: "refused", atMost: 0.0125, because: "1 / (1 + 5 x 16.5 s) is 1.2 %" },
    { metric: "refused", atMost: 0.007, of: "sluice-calm" },
  ],
};
