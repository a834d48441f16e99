import type { Scenario } from "../world/scenario.js";
import { MINUTE } from "./usual.js";

/** A server that refuses nobody tells only by its time-outs: a known limit of a law that lives by refusals. */
export const s44: Scenario = {
  name: "s44-silent-queue",
  story: "A server answers ten requests a second, lets the others wait, and gives up on them after a minute.",
  durationMs: 20 * MINUTE,
  warmUpMs: 5 * MINUTE,
  server: { limit: { kind: "silent", requestsPerSecond: 10, timeoutMs: MINUTE } },
  clients: [{ workload: { kind: "saturated", waiting: 2_000 } }],
  bounds: [{ metric: "goodput", atLeast: 0.3 }],
};
