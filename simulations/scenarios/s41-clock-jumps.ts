import type { Scenario } from "../world/scenario.js";
import { HOUR, MINUTE, SECOND, saturated } from "./usual.js";

/** Rates are measured by the monotonic clock, and a process that slept must not send what it missed. */
export const s41: Scenario = {
  name: "s41-clock-jumps",
  story: "The wall clock is set forward an hour and back ten seconds, and the laptop sleeps for ten minutes.",
  durationMs: 30 * MINUTE,
  warmUpMs: 2 * MINUTE,
  server: { limit: { kind: "policer", requestsPerSecond: 10 } },
  clients: [{ workload: saturated(10) }],
  clockJumps: [
    { atMs: 4 * MINUTE, wallMs: HOUR },
    { atMs: 8 * MINUTE, wallMs: -10 * SECOND },
    { atMs: 12 * MINUTE, sleepMs: 10 * MINUTE },
  ],
  bounds: [
    { metric: "goodput", atLeast: 0.98, within: { fromMs: 2 * MINUTE, untilMs: 12 * MINUTE } },
    { metric: "goodput", atLeast: 0.95, within: { fromMs: 23 * MINUTE, untilMs: 30 * MINUTE } },
    { metric: "worst10sRefused", atMost: 12, within: { fromMs: 22 * MINUTE, untilMs: 24 * MINUTE } },
  ],
};
