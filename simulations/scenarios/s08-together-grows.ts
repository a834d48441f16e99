import type { Scenario } from "../world/scenario.js";
import { HOUR, MINUTE, saturated } from "./usual.js";

/**
 * Who uses the fraction u of twice his own mean makes it grow by z an hour, z = 2u (1 - e^-z): at half it freezes.
 *
 * What is lost is lost in the first ten minutes. At one a second a look costs one send in nineteen, and the dip after it three
 * hundredths more: a share of 0.90 is used, as in s02. So the limit begins to rise 38 s later than the clairvoyant's, and 77 s
 * later it is at three a second; from there on it keeps the distance, at a share of 0.99. That distance is the four hundredths.
 * Longer epochs (20 to 30 s), shallower cuts (0.85, 0.9) and a narrower gap below the last limit (0 to 0.01), for limits that are
 * known to follow use, were all tried: 0.947 to 0.959 of seeds 1 to 3, where this law has 0.956.
 */
export const s08: Scenario = {
  name: "s08-together-grows",
  story: "Together's dynamic rate is twice what succeeded in the last ten minutes, and no success says so.",
  durationMs: HOUR,
  warmUpMs: 0,
  server: {
    limit: { kind: "together", requests: { base: 1, cap: 40 }, usageWindowMs: 10 * MINUTE },
    headers: { provider: "together", era: "refusals", isHostKnown: true },
  },
  clients: [{ workload: saturated(40) }],
  bounds: [
    {
      metric: "goodput",
      atLeast: 0.95,
      because: "the first minutes are spent near one a second, where every look costs one request in nineteen",
    },
    { metric: "refused", atMost: 0.003 },
    { metric: "limitReached", atLeast: 0.99 },
  ],
};
