import type { Scenario } from "../world/scenario.js";
import { MINUTE } from "./usual.js";

/** Which of the two limits binds changes from one minute to the next, and neither is preferred. */
export const s29: Scenario = {
  name: "s29-requests-and-tokens",
  story: "600 requests and 100,000 tokens a minute; requests take 200 tokens, or 8,000.",
  durationMs: 12 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 10, tokensPerSecond: 1_667, depthMs: MINUTE },
    headers: { provider: "anthropic", isHostKnown: true },
  },
  clients: [
    {
      workload: {
        kind: "saturated",
        waiting: 100,
        requests: [
          { share: 0.98, tokens: { input: 100, output: { median: 90, sigma: 0.5 } } },
          {
            share: [
              { atMs: 0, share: 0.02 },
              { atMs: 4 * MINUTE, share: 0.3 },
              { atMs: 8 * MINUTE, share: 0.02 },
            ],
            tokens: { input: 6_500, output: { median: 1_350, sigma: 0.5 } },
          },
        ],
      },
    },
  ],
  bounds: [
    { metric: "goodput", atLeast: 0.8 },
    { metric: "refused", atMost: 0.002 },
  ],
};
