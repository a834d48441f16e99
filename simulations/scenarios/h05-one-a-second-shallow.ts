import type { Scenario } from "../world/scenario.js";
import { MINUTE } from "./usual.js";

/** One that comes 30 ms early is refused, and one that comes late is lost: jitter costs a twentieth. */
export const h05: Scenario = {
  name: "h05-one-a-second-shallow",
  story: "One request a second, counted by the second.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 1 },
    headers: { provider: "together", isHostKnown: true },
    answers: { like: "mid", uplinkMs: 30, refusalMs: 70 },
  },
  clients: [{ workload: { kind: "saturated", waiting: 400 } }],
  bounds: [
    { metric: "goodput", atLeast: 0.94 },
    { metric: "refused", atMost: 0.017, because: "30 ms of jitter on the way, at a bucket of one" },
  ],
};
