import type { Scenario } from "../world/scenario.js";
import { MINUTE, SECOND, saturated } from "./usual.js";

/** Every dip below 1 / 1.3 of the limit shrinks the limit itself: whoever cuts deep freezes his own quota. */
export const u01: Scenario = {
  name: "u01-short-memory",
  story: "The limit is 1.3 times what succeeded in the last half minute, and no header says so.",
  durationMs: 12 * MINUTE,
  warmUpMs: 0,
  server: { limit: { kind: "together", requests: { base: 1, cap: 40 }, factor: 1.3, usageWindowMs: 30 * SECOND } },
  clients: [{ workload: saturated(40) }],
  bounds: [
    { metric: "goodput", atLeast: 0.9 },
    { metric: "refused", atMost: 0.03 },
  ],
};
