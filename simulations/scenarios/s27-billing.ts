import type { Scenario } from "../world/scenario.js";
import { MINUTE, SECOND, saturated } from "./usual.js";

/** It is no congestion: who waits fails at once, one try a minute looks whether it was paid, and the rate stays. */
export const s27: Scenario = {
  name: "s27-billing",
  story: "For five minutes every request is refused for want of money.",
  durationMs: 15 * MINUTE,
  warmUpMs: 11 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 10 },
    headers: { provider: "openai", era: "none", isHostKnown: true },
    faults: [{ kind: "exhausted", fromMs: 5 * MINUTE, untilMs: 10 * MINUTE }],
  },
  clients: [{ workload: saturated(10) }],
  bounds: [
    { metric: "attempts", atMost: 40, within: { fromMs: 5 * MINUTE + 5 * SECOND, untilMs: 10 * MINUTE } },
    { metric: "goodput", atLeast: 0.97 },
  ],
};
