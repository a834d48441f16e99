import type { Scenario } from "../world/scenario.js";
import { MINUTE, SECOND } from "./usual.js";

/** Under-use takes the rate back: what was right before an hour's rest is a burst after it. */
export const s34: Scenario = {
  name: "s34-idle-then-back",
  story: "Half an hour of work, twenty minutes of rest in which the dynamic rate decays, and work again.",
  durationMs: 80 * MINUTE,
  warmUpMs: 0,
  server: {
    limit: { kind: "together", requests: { base: 1, cap: 20 }, usageWindowMs: 10 * MINUTE },
    headers: { provider: "together", era: "refusals", isHostKnown: true },
  },
  clients: [
    {
      workload: {
        kind: "steps",
        steps: [
          { atMs: 0, requestsPerSecond: 25 },
          { atMs: 30 * MINUTE, requestsPerSecond: 0 },
          { atMs: 50 * MINUTE, requestsPerSecond: 25 },
        ],
        requests: { deadlineMs: 10 * SECOND },
      },
    },
  ],
  bounds: [
    {
      metric: "goodput",
      atLeast: 0.86,
      because: "twice it must climb from one a second, where a look costs one request in sixteen",
    },
    { metric: "refused", atMost: 0.0095 },
    { metric: "worst10sRefused", atMost: 60, within: { fromMs: 50 * MINUTE, untilMs: 52 * MINUTE } },
  ],
};
