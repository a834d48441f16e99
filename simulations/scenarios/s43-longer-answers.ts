import type { Scenario } from "../world/scenario.js";
import { MINUTE } from "./usual.js";

/** A longer answer is no congestion: who lowers the rate for it gives it away. */
export const s43: Scenario = {
  name: "s43-longer-answers",
  story: "Answers become twenty times longer while the limit stays.",
  durationMs: 12 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 10 },
    answers: { like: "stream", tokensPerSecond: 100 },
  },
  clients: [
    {
      workload: {
        kind: "saturated",
        waiting: 800,
        requests: [
          {
            share: [
              { atMs: 0, share: 1 },
              { atMs: 5 * MINUTE, share: 0 },
            ],
            tokens: { input: 100, output: 200 },
          },
          {
            share: [
              { atMs: 0, share: 0 },
              { atMs: 5 * MINUTE, share: 1 },
            ],
            tokens: { input: 100, output: 4_000 },
          },
        ],
      },
    },
  ],
  bounds: [
    { metric: "goodput", atLeast: 0.99 },
    { metric: "refused", atMost: 0.0065 },
  ],
};
