import type { Scenario } from "../world/scenario.js";
import { MINUTE, SECOND, saturated } from "./usual.js";

/** The same with a header: the limit that it tells is the one that our own successes make. */
export const u02: Scenario = {
  name: "u02-short-memory-told",
  story: "The limit is 1.3 times what succeeded in the last half minute, and every answer tells it.",
  durationMs: 12 * MINUTE,
  warmUpMs: 0,
  server: {
    limit: { kind: "together", requests: { base: 1, cap: 40 }, factor: 1.3, usageWindowMs: 30 * SECOND },
    headers: { provider: "together", isHostKnown: true },
  },
  clients: [{ workload: saturated(40) }],
  bounds: [
    { metric: "goodput", atLeast: 0.95 },
    { metric: "refused", atMost: 0.02 },
  ],
};
