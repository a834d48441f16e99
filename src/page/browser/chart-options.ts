import type UPlot from "uplot";
import { timeText } from "./numbers.js";
import { colourOf } from "./paint.js";

/** What it takes to make a chart. */
export interface ChartSpec {
  readonly options: Omit<UPlot.Options, "width">;
  readonly data: UPlot.AlignedData;
}

/** What all charts over time have in common: the same axis of time, so that they stand under one another in step. */
export function chartOptions(chart: {
  height: number;
  durationS: number;
  top: number;
  series: UPlot.Series[];
  yText: (value: number) => string;
  yAxis?: Partial<UPlot.Axis>;
  syncKey: string;
}): ChartSpec["options"] {
  const { height, durationS, top, series, yText, yAxis, syncKey } = chart;
  const font = "11px system-ui, sans-serif";
  const line = { stroke: () => colourOf("grid"), width: 1 };
  const axis = { font, stroke: () => colourOf("muted"), ticks: { ...line, size: 4 }, gap: 4 };
  return {
    height,
    padding: [8, 20, 0, 0],
    scales: {
      x: { time: false, range: (_, from, until) => [from ?? 0, until ?? durationS] },
      y: { range: [0, top > 0 ? top * 1.06 : 1] },
    },
    axes: [
      {
        ...axis,
        size: 26,
        grid: { show: false },
        space: 64,
        incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400],
        values: (_, splits) => splits.map(timeText),
      },
      { ...axis, size: 58, space: 28, grid: line, values: (_, splits) => splits.map(yText), ...yAxis },
    ],
    legend: {
      markers: {
        width: 2,
        stroke: (self, index) => `var(--${(self.series[index]?.class ?? "").replace("ink-", "")})`,
        fill: (self, index) =>
          self.series[index]?.fill ? `var(--${(self.series[index]?.class ?? "").replace("ink-", "")})` : "none",
        dash: (self, index) => (self.series[index]?.dash ? "dashed" : "solid"),
      },
    },
    cursor: {
      y: false,
      points: { show: false },
      drag: { setScale: false, x: true, y: false, dist: 4 },
      sync: {
        key: syncKey,
        setSeries: false,
        filters: { pub: (type) => type === "mousemove" || type === "mouseleave" },
      },
    },
    series: [{ label: "at", value: (_, at) => (at === null ? "–" : timeText(at)) }, ...series],
  };
}
