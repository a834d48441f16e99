import type { Scenario } from "../world/scenario.js";
import { MINUTE, saturated } from "./usual.js";

/** Nobody says no: what never comes back is the only sign. */
export const s37: Scenario = {
  name: "s37-silent-time-outs",
  story: "For two minutes four requests in ten are never answered, and a gateway hangs up after a minute.",
  durationMs: 15 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 10 },
    faults: [{ kind: "never-answer", share: 0.4, waitMs: MINUTE, fromMs: 5 * MINUTE, untilMs: 7 * MINUTE }],
  },
  clients: [{ workload: saturated(10) }],
  bounds: [
    { metric: "goodput", atLeast: 0.7 },
    { metric: "convergeMs", atMost: 30_000, within: { fromMs: 9 * MINUTE, untilMs: 15 * MINUTE } },
  ],
};
