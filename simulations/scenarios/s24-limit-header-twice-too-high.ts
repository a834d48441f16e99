import type { Scenario } from "../world/scenario.js";
import { MINUTE, saturated } from "./usual.js";

/** A refusal that the header can't explain counts against the header. */
export const s24: Scenario = {
  name: "s24-limit-header-twice-too-high",
  story: "Every answer tells of twice the limit that there is.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 10 },
    headers: { provider: "together", isHostKnown: true, lies: [{ kind: "scaled", factor: 2 }] },
  },
  clients: [{ workload: saturated(10) }],
  bounds: [
    { metric: "goodput", atLeast: 0.97 },
    { metric: "refused", atMost: 0.0165, because: "no worse than without headers, and one point" },
  ],
};
