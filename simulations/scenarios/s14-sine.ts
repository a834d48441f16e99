import type { Scenario } from "../world/scenario.js";
import { MINUTE, saturated } from "./usual.js";

/**
 * It moves by a factor of two within a quarter of a minute: the agile preset is for such limits. While the limit falls by seven
 * times in half a minute, a cut every two seconds follows it; that is a dozen refusals a minute, of 1,200 tries. A last limit
 * that is believed the less the sooner it is refused again saves a tenth of them (1.53 to 1.38 %), and costs elsewhere: with
 * it s06 has 0.39 % refused in the place of 0.30 and s04 2.0 in the place of 1.6, since a start's overshoot looks just like it.
 */
export const s14: Scenario = {
  name: "s14-sine",
  story: "A limit swings between 5 and 35 a second once a minute.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 20 },
    waves: [{ shape: "sine", mean: 20, amplitude: 15, periodMs: MINUTE }],
  },
  clients: [{ workload: saturated(20) }],
  bounds: [
    { metric: "goodput", atLeast: 0.9, of: "sluice-agile" },
    {
      metric: "refused",
      atMost: 0.0158,
      of: "sluice-agile",
      because: "a limit that falls by seven times in half a minute is met once an epoch of eight seconds",
    },
    { metric: "goodput", atLeast: 0.6 },
  ],
};
