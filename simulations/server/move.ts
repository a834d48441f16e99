import type { Fault } from "./fault.js";
import type { LatencyOptions } from "./latency.js";
import type { LimitChange } from "./limit.js";

/** A change of the simulated server while it runs: what isn't named stays as it is. */
export interface Move extends LimitChange {
  /** The model that it concerns. Default: all. */
  readonly model?: string;
  /** Every request fails with 503 for so long, in milliseconds; 0 ends an outage. */
  readonly outageMs?: number;
  /** How long answers take from now on. */
  readonly latency?: LatencyOptions;
  /** What goes wrong from now on, in the place of what an earlier move brought; `null` for nothing. */
  readonly fault?: Fault | null;
}

/** A {@link Move} and when it happens. */
export interface ScheduledMove extends Move {
  /** Milliseconds after the schedule was given to the server. */
  readonly atMs: number;
}
