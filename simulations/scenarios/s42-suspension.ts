import type { Scenario } from "../world/scenario.js";
import { MINUTE, SECOND, saturated } from "./usual.js";

/** Refused for ten minutes without a word: one probe after another, and back at once. */
export const s42: Scenario = {
  name: "s42-suspension",
  story: "The limit is nothing for ten minutes, and no header tells why.",
  durationMs: 20 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 10 },
    schedule: [
      { atMs: 5 * MINUTE, requestsPerSecond: 0 },
      { atMs: 15 * MINUTE, requestsPerSecond: 10 },
    ],
  },
  clients: [{ workload: saturated(10) }],
  bounds: [
    { metric: "attempts", atMost: 90, within: { fromMs: 5 * MINUTE + 5 * SECOND, untilMs: 15 * MINUTE } },
    { metric: "convergeMs", atMost: 30_000, within: { fromMs: 15 * MINUTE, untilMs: 20 * MINUTE } },
  ],
};
