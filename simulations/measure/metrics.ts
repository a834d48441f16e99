import type { Recording } from "../world/log.js";
import type { Scenario } from "../world/scenario.js";
import type { Span } from "../world/span.js";
import { accepted, attempts, quantile, refusals, waits } from "./count.js";

/** What a metric looks at. */
export interface Measured {
  readonly scenario: Scenario;
  readonly recording: Recording;
  /** The clairvoyant's run of the same world. */
  readonly optimum: Recording;
}

/** One number that says how a run went. */
export interface Metric {
  /** What it is, for a table's legend. */
  readonly meaning: string;
  readonly unit: "share" | "ms" | "count" | "ratio";
  readonly better: "more" | "less";
  /** The stretch of a run that it looks at if nobody says otherwise. Default `whole`. */
  readonly of?: "whole" | "steady" | "last-third";
  /** NaN where the run has nothing to measure. */
  measure(measured: Measured, span: Span): number;
}

/** Every metric, by the name that bounds and tables use. */
export const METRICS = {
  goodput: {
    meaning: "accepted, as a share of what a clairvoyant gets through",
    unit: "share",
    better: "more",
    of: "steady",
    measure: ({ recording, optimum }, span) => accepted(recording, span) / accepted(optimum, span),
  },
  refused: {
    meaning: "tries that were not accepted, of all",
    unit: "share",
    better: "less",
    measure: ({ recording }, span) => refusals(recording, span) / attempts(recording, span),
  },
  waitP99Ms: {
    meaning: "time in the local queue before a first try, 99th percentile",
    unit: "ms",
    better: "less",
    measure: ({ recording }, span) => quantile(waits(recording, span), 0.99),
  },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;
