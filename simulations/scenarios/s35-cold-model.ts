import type { Scenario } from "../world/scenario.js";
import { MINUTE, saturated } from "./usual.js";

/** A model that is being loaded needs to be asked now and then, not ten times a second. */
export const s35: Scenario = {
  name: "s35-cold-model",
  story: "A model answers 503 for a minute while it is loaded.",
  durationMs: 6 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: { limit: { kind: "policer", requestsPerSecond: 10, coldStartMs: MINUTE } },
  clients: [{ workload: saturated(10) }],
  bounds: [
    { metric: "attempts", atMost: 40, within: { fromMs: 0, untilMs: MINUTE } },
    { metric: "convergeMs", atMost: 30_000, within: { fromMs: MINUTE, untilMs: 6 * MINUTE } },
    { metric: "goodput", atLeast: 0.97 },
  ],
};
