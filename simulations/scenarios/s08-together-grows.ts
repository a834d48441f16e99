import type { Scenario } from "../world/scenario.js";
import { HOUR, MINUTE, saturated } from "./usual.js";

/** Who uses the fraction u of twice his own mean makes it grow by z an hour, z = 2u (1 - e^-z): at half it freezes. */
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
      because: "the first minutes are spent near one a second, where every look costs one request in sixteen",
    },
    { metric: "refused", atMost: 0.003 },
    { metric: "limitReached", atLeast: 0.99 },
  ],
};
