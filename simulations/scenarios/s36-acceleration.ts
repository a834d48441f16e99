import type { Scenario } from "../world/scenario.js";
import { HOUR, MINUTE, saturated } from "./usual.js";

/** Growth itself is limited: no law of rates knows that, but one cut an epoch keeps the loss small. */
export const s36: Scenario = {
  name: "s36-acceleration",
  story: "The rate may grow by half in a quarter of an hour, and no faster.",
  durationMs: HOUR,
  warmUpMs: 0,
  server: { limit: { kind: "acceleration", base: 5, cap: 40, growth: 0.5, periodMs: 15 * MINUTE } },
  clients: [{ workload: saturated(40) }],
  bounds: [
    { metric: "goodput", atLeast: 0.85 },
    { metric: "refused", atMost: 0.015 },
  ],
};
