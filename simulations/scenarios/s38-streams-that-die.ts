import type { Scenario } from "../world/scenario.js";
import { MINUTE, saturated } from "./usual.js";

/** The headers said yes: what dies later is no refusal. */
export const s38: Scenario = {
  name: "s38-streams-that-die",
  story: "One stream in ten breaks off in the middle of its body.",
  durationMs: 10 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: {
    limit: { kind: "policer", requestsPerSecond: 10 },
    answers: { like: "stream" },
    faults: [{ kind: "close-mid-body", share: 0.1 }],
  },
  clients: [{ workload: saturated(10) }],
  bounds: [
    { metric: "goodput", atLeast: 0.99 },
    { metric: "refused", atMost: 0.0065 },
  ],
};
