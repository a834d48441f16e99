import type { Scenario } from "../world/scenario.js";
import { HOUR, MINUTE, saturated } from "./usual.js";

/** The same as it was in January 2026: the limit stands in every answer, and is followed at once. */
export const s08Told: Scenario = {
  name: "s08-together-tells",
  story: "Together's dynamic rate is twice what succeeded in the last ten minutes, and every answer tells it.",
  durationMs: HOUR,
  warmUpMs: 0,
  server: {
    limit: { kind: "together", requests: { base: 1, cap: 40 }, usageWindowMs: 10 * MINUTE },
    headers: { provider: "together", isHostKnown: true },
  },
  clients: [{ workload: saturated(40) }],
  bounds: [
    {
      metric: "goodput",
      atLeast: 0.99,
      because:
        "ten seconds are lost in the first minutes, at one a second by the second, where a path jitters; none later",
    },
    { metric: "refused", atMost: 0.0002 },
    { metric: "limitReached", atLeast: 0.99 },
  ],
};
