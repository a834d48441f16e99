import type { Scenario } from "../world/scenario.js";
import { MINUTE, saturated } from "./usual.js";

/** Everything sent in the two seconds before a refusal is known is refused with it. */
export const s04: Scenario = {
  name: "s04-late-refusals",
  story: "A server takes two seconds to say that it was too fast.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: { limit: { kind: "policer", requestsPerSecond: 10 }, answers: { refusalMs: 2_000 } },
  clients: [{ workload: saturated(10) }],
  bounds: [
    { metric: "goodput", atLeast: 0.99 },
    {
      metric: "refused",
      atMost: 0.0165,
      because: "0.016 is what the law alone came to; single seeds lie between 1.5 and 1.7 %",
    },
  ],
};
