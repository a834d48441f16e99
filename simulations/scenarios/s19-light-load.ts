import type { Scenario } from "../world/scenario.js";
import { MINUTE } from "./usual.js";

/** Whoever asks for a fifth of the limit should notice nothing of us. */
export const s19: Scenario = {
  name: "s19-light-load",
  story: "Two requests a second come by chance, at a limit of ten.",
  durationMs: 10 * MINUTE,
  server: { limit: { kind: "policer", requestsPerSecond: 10 } },
  clients: [{ workload: { kind: "poisson", requestsPerSecond: 2 } }],
  bounds: [
    { metric: "waitP99Ms", atMost: 50 },
    { metric: "refused", atMost: 0.002 },
  ],
};
