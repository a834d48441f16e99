import type { Scenario } from "../world/scenario.js";
import { MINUTE, SECOND, saturated } from "./usual.js";

/** Nothing tells a stale limit from a true one until a refusal comes. */
export const s25: Scenario = {
  name: "s25-stale-headers",
  story: "The limit falls from 40 a second to 10, and its headers are half a minute late.",
  durationMs: 10 * MINUTE,
  warmUpMs: MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 40, depthMs: 10 * SECOND },
    headers: { provider: "ietf", lies: [{ kind: "stale", byMs: 30 * SECOND }] },
    schedule: [
      { atMs: 200 * SECOND, requestsPerSecond: 10 },
      { atMs: 400 * SECOND, requestsPerSecond: 40 },
    ],
  },
  clients: [{ workload: saturated(40) }],
  changesMs: [200 * SECOND, 400 * SECOND],
  bounds: [
    { metric: "goodput", atLeast: 0.94 },
    { metric: "refused", atMost: 0.0131, because: "without headers it is 0.31 %, and one point" },
  ],
};
