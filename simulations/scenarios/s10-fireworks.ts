import type { Scenario } from "../world/scenario.js";
import { MINUTE, SECOND, saturated } from "./usual.js";

/** The limit grows by a quarter each minute and a half in which half of it was used. */
export const s10: Scenario = {
  name: "s10-fireworks",
  story: "A limit of 5 a second grows by a quarter every 90 s while it is used, to 20.",
  durationMs: 30 * MINUTE,
  warmUpMs: 0,
  server: { limit: { kind: "fireworks", base: 5, cap: 20, stepEveryMs: 90 * SECOND } },
  clients: [{ workload: saturated(22) }],
  bounds: [
    {
      metric: "goodput",
      atLeast: 0.985,
      because: "a raise of a quarter every 90 s is found within an epoch each time",
    },
    { metric: "refused", atMost: 0.0045 },
  ],
};
