import UPlot from "uplot";
import { type ChartSpec, chartOptions } from "../../../../src/page/browser/chart-options.js";
import { markSeries, OVERLOADED, REFUSED } from "../../../../src/page/browser/mark-series.js";
import { rateText } from "../../../../src/page/browser/numbers.js";
import { colourOf, lineSeries } from "../../../../src/page/browser/paint.js";
import type { TraceSecond } from "../../trace.js";

/** What a chart shows, as it goes on: the chart itself is made once. */
export interface Shown {
  /** Seconds since the server's start. */
  fromS: number;
  untilS: number;
  /** How many refusals each mark stands for, by kind and second. */
  counts: readonly (readonly number[])[];
}

/** The limit of one model for one organisation, what was let in, and every refusal, second by second. */
export function laneChart(trace: readonly TraceSecond[], shown: Shown): ChartSpec {
  const { fromS, untilS } = shown;
  // The last second goes on, and isn't whole.
  const seconds = trace.filter(({ atMs }) => atMs / 1_000 >= fromS && atMs / 1_000 + 1 <= untilS).slice(0, -1);
  const text = rateText;
  const step = UPlot.paths.stepped?.({ align: 1 });
  const stepped = step ? { paths: step } : {};
  const look = { label: "limit", colour: "limit", value: text, dash: [6, 4] };
  const accepted = lineSeries({ label: "accepted", colour: "accepted", value: text, width: 0 });
  shown.counts = [
    seconds.map(({ throttled, saturated }) => throttled + saturated),
    seconds.map(({ overloaded }) => overloaded),
  ];
  const limits = seconds.map(({ allowed }) => allowed);
  const height = (second: number): number => Math.max(limits[second] ?? 0, seconds[second]?.accepted ?? 0);
  const top = seconds.reduce((most, _, second) => Math.max(most, height(second)), 1);
  const series: UPlot.Series[] = [
    { ...accepted, fill: () => colourOf("accepted"), ...stepped },
    { ...lineSeries(look), ...stepped },
    ...[REFUSED, OVERLOADED].map((look, kind) => markSeries(look, (second) => shown.counts[kind]?.[second] ?? 0)),
  ];
  const options = chartOptions({
    height: 220,
    durationS: untilS,
    top,
    series,
    yText: (value) => String(value),
    syncKey: "lanes",
  });
  const data = [
    seconds.map(({ atMs }) => atMs / 1_000),
    seconds.map((each) => each.accepted),
    limits,
    ...shown.counts.map((counts) => counts.map((count, second) => (count > 0 ? height(second) : null))),
  ] as UPlot.AlignedData;
  const scales = { ...options.scales, x: { time: false, range: (): [number, number] => [shown.fromS, shown.untilS] } };
  return { options: { ...options, scales }, data };
}
