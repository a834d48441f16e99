import type { Meter } from "@opentelemetry/api";
import { METRICS, type MetricName } from "./names.js";

/** The instruments of one meter. */
export type Instruments = ReturnType<typeof createInstruments>;

export function createInstruments(meter: Meter) {
  const histogram = ({ name, ...options }: MetricName) => meter.createHistogram(name, options);
  const counter = ({ name, ...options }: MetricName) => meter.createCounter(name, options);
  const upDown = ({ name, ...options }: MetricName) => meter.createUpDownCounter(name, options);
  const gauge = ({ name, ...options }: MetricName) => meter.createObservableGauge(name, options);
  return {
    httpDuration: histogram(METRICS.httpDuration),
    httpActive: upDown(METRICS.httpActive),
    operationDuration: histogram(METRICS.operationDuration),
    tokenUsage: histogram(METRICS.tokenUsage),
    requestDuration: histogram(METRICS.requestDuration),
    queueDuration: histogram(METRICS.queueDuration),
    tryDuration: histogram(METRICS.tryDuration),
    queueLength: upDown(METRICS.queueLength),
    inFlight: upDown(METRICS.inFlight),
    rate: gauge(METRICS.rate),
    rateLimit: gauge(METRICS.rateLimit),
    quotaRemaining: gauge(METRICS.quotaRemaining),
    throttled: counter(METRICS.throttled),
    retries: counter(METRICS.retries),
    decisions: counter(METRICS.decisions),
    spent: counter(METRICS.spent),
    warnings: counter(METRICS.warnings),
  };
}
