import type { Scenario } from "../world/scenario.js";
import { MINUTE, SECOND, saturated } from "./usual.js";

/** A single 503 is not ours; their share above what the server shows at low rates is. */
export const s09: Scenario = {
  name: "s09-own-overload-as-503",
  story: "A platform of 30 requests a second calls what it can't carry 503, since the customer is below his own rate.",
  durationMs: 30 * MINUTE,
  warmUpMs: 5 * MINUTE,
  server: {
    limit: {
      kind: "together",
      mode: "attribution",
      requests: { base: 1, cap: 60 },
      usageWindowMs: 10 * MINUTE,
      capacityPerSecond: 30,
      smoothingMs: SECOND,
    },
    answers: { refusalMs: 500, overloadMs: 500 },
  },
  clients: [{ workload: saturated(30) }],
  bounds: [
    { metric: "goodput", atLeast: 0.99 },
    { metric: "refused", atMost: 0.015 },
  ],
};
