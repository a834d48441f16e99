import type { Scenario } from "../world/scenario.js";
import { MINUTE, SECOND } from "./usual.js";

/** Whoever leaves gives back the place in the queue, or the slot; the rate that was spent is spent. */
export const s39: Scenario = {
  name: "s39-impatient-users",
  story: "Three users in ten go while they wait, and two in ten while they are answered.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: { limit: { kind: "policer", requestsPerSecond: 10 } },
  clients: [
    {
      workload: {
        kind: "saturated",
        waiting: 92,
        requests: {
          impatient: [
            { share: 0.3, afterMs: 4 * SECOND },
            { share: 0.2, afterMs: SECOND, since: "sent" },
          ],
        },
      },
    },
  ],
  bounds: [
    { metric: "goodput", atLeast: 0.98 },
    { metric: "refused", atMost: 0.0075 },
  ],
};
