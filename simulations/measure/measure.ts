import type { Span } from "../world/span.js";
import type { Measured } from "./measured.js";
import { METRIC_NAMES, METRICS, type Metric, type MetricName } from "./metrics.js";
import { spansOf } from "./span.js";

/** Every metric of one run; NaN where it had nothing to measure. */
export type Metrics = Readonly<Record<MetricName, number>>;

/** One metric of a run: within a span, or where it looks by itself, the worst of those. NaN where there is nothing to measure. */
export function measureOne(name: MetricName, measured: Measured, within?: Span): number {
  const metric: Metric = METRICS[name];
  if (within !== undefined) return metric.measure(measured, within);
  let worst = Number.NaN;
  for (const span of spansOf(measured.scenario, metric.of ?? "whole")) {
    const value = metric.measure(measured, span);
    const isWorse = metric.better === "more" ? value < worst : value > worst;
    if (isWorse || Number.isNaN(worst)) worst = value;
  }
  return worst;
}

/** All metrics of a run. */
export function measureAll(measured: Measured): Metrics {
  return Object.fromEntries(METRIC_NAMES.map((name) => [name, measureOne(name, measured)])) as Metrics;
}
