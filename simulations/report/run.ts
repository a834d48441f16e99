import type { Recording } from "../world/log.js";
import type { Bound, Scenario } from "../world/scenario.js";

/** One run that a page tells of. */
export interface ReportRun {
  readonly scenario: Scenario;
  /** A contestant's name. */
  readonly contestant: string;
  readonly seed: number;
  /** By name; those that `METRICS` knows are shown in their unit, with their meaning. NaN: nothing to measure. */
  readonly metrics: Readonly<Record<string, number>>;
  /** What was wanted, and whether it came to pass. A bound over several seeds may stand with each of their runs: it is shown once. */
  readonly bounds: readonly ReportBound[];
  readonly recording: Recording;
  /** The clairvoyant's run of the same world. */
  readonly optimum: Recording;
}

/** A bound that was judged. */
export interface ReportBound {
  readonly bound: Bound;
  /** What it came to; NaN where there was nothing to measure. */
  readonly value: number;
  readonly holds: boolean;
}

/** What may be chosen of a page. */
export interface ReportOptions {
  /** What the page is called. Default: the names of its scenarios. */
  readonly title?: string;
  /** Runs of a scenario that get charts, at least 1; tables tell of all. Default 12: the first seed of each contestant first. */
  readonly chartsMax?: number;
}
