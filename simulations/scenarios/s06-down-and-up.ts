import type { Scenario } from "../world/scenario.js";
import { MINUTE, saturated } from "./usual.js";

/** A raise of k-fold is found after T/2 + 0.7 Kp + 3.5 s x log2(k / 1.15): 22 s here on average, less where a probe is due. */
export const s06: Scenario = {
  name: "s06-down-and-up",
  story: "A limit of 40 a second falls to 10 and comes back, and no header says so.",
  durationMs: 15 * MINUTE,
  warmUpMs: MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 40 },
    schedule: [
      { atMs: 5 * MINUTE, requestsPerSecond: 10 },
      { atMs: 10 * MINUTE, requestsPerSecond: 40 },
    ],
  },
  clients: [{ workload: saturated(40) }],
  changesMs: [5 * MINUTE, 10 * MINUTE],
  bounds: [
    { metric: "goodput", atLeast: 0.97 },
    {
      metric: "refused",
      atMost: 0.0033,
      because: "0.3 % over many seeds: the drop alone costs a tenth of it, and the rest is one look an epoch",
    },
    { metric: "settleDownMs", atMost: 1_000 },
    {
      metric: "settleUpMs",
      atMost: 25_000,
      because:
        "half an epoch until the next look, 0.7 of a probe, and three and a half doublings: 18.7 s over fifteen seeds, and 15 to 27 s in one",
    },
    { metric: "settleUpMs", atMost: 13_000, of: "sluice-agile" },
  ],
};
