import type { Scenario } from "../world/scenario.js";
import { MINUTE, SECOND, saturated } from "./usual.js";

/**
 * Room that a stranger gives back is room like any other: half an epoch until the next look, on average, and the probe. Of
 * forty seeds the way back took 0 to 21 s, 11.4 in the mean. A law that took a limit for moved at 1.1 times the last one, and not
 * at 1.15, would take 10.3, and s06 would be up in 13.8 s and not in 18.3; but it starts by mistake the more often (s23: 9.2 %
 * refused in the place of 8.8; s06: 0.31 in the place of 0.30).
 */
export const s22: Scenario = {
  name: "s22-noisy-neighbour",
  story: "A stranger takes half of 10 requests a second for 200 s, and goes.",
  durationMs: 10 * MINUTE,
  warmUpMs: 230 * SECOND,
  server: {
    limit: { kind: "policer", requestsPerSecond: 10 },
    neighbours: [{ requestsPerSecond: 5, fromMs: 200 * SECOND, untilMs: 400 * SECOND }],
  },
  clients: [{ workload: saturated(10) }],
  bounds: [
    { metric: "goodput", atLeast: 0.91, within: { fromMs: 230 * SECOND, untilMs: 400 * SECOND } },
    {
      metric: "convergeMs",
      atMost: 14_000,
      within: { fromMs: 400 * SECOND, untilMs: 10 * MINUTE },
      because: "when the next look comes is chance: five seeds lie between 8 and 14 s, sixty at 11.8",
    },
    {
      metric: "convergeMs",
      atMost: 9_000,
      of: "sluice-agile",
      within: { fromMs: 400 * SECOND, untilMs: 10 * MINUTE },
      because: "half an epoch until the next look, and the probe; single seeds lie between 3 and 10 s",
    },
  ],
};
