import {
  AggregationTemporality,
  type DataPoint,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  type MetricData,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";

type Attributes = Readonly<Record<string, unknown>>;

/** OpenTelemetry's own SDK, which keeps in memory what it is told. */
export function memory() {
  const spans = new InMemorySpanExporter();
  const started: string[] = [];
  const tracerProvider = new BasicTracerProvider({
    spanProcessors: [
      new SimpleSpanProcessor(spans),
      {
        onStart: (span) => void started.push(span.spanContext().spanId),
        onEnd: () => {},
        forceFlush: async () => {},
        shutdown: async () => {},
      },
    ],
  });
  const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: metrics, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });

  /** What a backend would have now. */
  const collect = async (): Promise<Collected> => {
    metrics.reset();
    await reader.forceFlush();
    return new Collected(metrics.getMetrics().flatMap((each) => each.scopeMetrics.flatMap((scope) => scope.metrics)));
  };
  return {
    tracer: tracerProvider.getTracer("test"),
    meter: meterProvider.getMeter("test"),
    collect,
    /** Spans that have ended, in the order of their beginning. */
    spans: () => {
      const rank = (span: ReadableSpan) => started.indexOf(span.spanContext().spanId);
      return [...spans.getFinishedSpans()].sort((a, b) => startMs(a) - startMs(b) || rank(a) - rank(b));
    },
    /** Spans that were begun and haven't ended. */
    openSpans: () => started.length - spans.getFinishedSpans().length,
  };
}

export class Collected {
  readonly metrics: readonly MetricData[];

  constructor(metrics: readonly MetricData[]) {
    this.metrics = metrics;
  }

  of(name: string): MetricData {
    const found = this.metrics.find(({ descriptor }) => descriptor.name === name);
    if (found === undefined) throw new Error(`no metric ${name} among ${this.metrics.map((m) => m.descriptor.name)}`);
    return found;
  }

  /** The rows of a metric, its key left out. */
  rows(name: string): readonly (readonly [Attributes, unknown])[] {
    return (this.of(name).dataPoints as readonly DataPoint<unknown>[]).map(({ attributes, value }) => [
      withoutKey(attributes),
      value,
    ]);
  }

  histograms(name: string): readonly (readonly [Attributes, Histogram])[] {
    return this.rows(name) as readonly (readonly [Attributes, Histogram])[];
  }
}

function withoutKey({ "sluice.key": _, ...rest }: Attributes): Attributes {
  return rest;
}

/** Milliseconds since 1970, with their fractions. */
export function startMs({ startTime: [seconds, nanoseconds] }: ReadableSpan): number {
  return seconds * 1_000 + nanoseconds / 1e6;
}

export function durationMs({ duration: [seconds, nanoseconds] }: ReadableSpan): number {
  return seconds * 1_000 + nanoseconds / 1e6;
}

/** The spans as a tree, each as its name, its length in milliseconds, and what stands in it. */
export function treeOf(spans: readonly ReadableSpan[], parent?: string): readonly unknown[] {
  return spans
    .filter((span) => span.parentSpanContext?.spanId === parent)
    .map((span) => {
      const inside = treeOf(spans, span.spanContext().spanId);
      const self = `${span.name} ${durationMs(span)}`;
      return inside.length === 0 ? self : [self, inside];
    });
}
