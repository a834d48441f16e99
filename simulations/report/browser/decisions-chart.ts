import type UPlot from "uplot";
import type { Scene, Track } from "../page-data.js";
import type { ChartSpec, Page } from "./kit.js";

/** The controller's steps as a strip of three lanes: the place says the move, and so does the colour. */
export function decisionsChart(page: Page, scene: Scene, track: Track, syncKey: string): ChartSpec {
  const { codes, rows } = track.decisions;
  const count = Math.ceil(scene.durationS / track.binS);
  const times = Array.from({ length: count }, (_, bin) => bin * track.binS);
  const lanes = ["increase", "hold", "decrease"];
  const heights = lanes.map((_, lane) => {
    const list: (number | null)[] = times.map(() => null);
    for (const [bin, move] of rows) if (move === lane) list[bin] = 2 - lane;
    return list;
  });
  const words = (lane: number, bin: number | null): string => {
    const here = rows.filter(([at, move]) => at === bin && move === lane).sort((one, other) => other[3] - one[3]);
    if (here.length === 0) return "–";
    const reasons = here.map(([, , code, times]) => `${codes[code]}${times > 1 ? ` ×${times}` : ""}`);
    return `${reasons.join(", ")} → ${page.rateText(here.at(-1)?.[4])}`;
  };
  const bars: UPlot.Series.PathBuilder = (chart, index, first, last) => {
    const path = new Path2D();
    const list = chart.data[index] as (number | null)[];
    const width = (chart.bbox.width * track.binS) / ((chart.scales["x"]?.max ?? 1) - (chart.scales["x"]?.min ?? 0));
    const lane = chart.bbox.height / 3;
    for (let bin = first; bin <= last; bin++) {
      const height = list[bin];
      if (height === null || height === undefined) continue;
      const x = chart.valToPos(times[bin] ?? 0, "x", true);
      path.rect(
        x,
        chart.valToPos(height, "y", true) - lane * 0.36,
        Math.max(width, 1.5 * page.uPlot.pxRatio),
        lane * 0.72,
      );
    }
    return { fill: path, stroke: null, clip: null, flags: 0 };
  };
  const series: UPlot.Series[] = lanes.map((label, lane) => ({
    label,
    class: `ink-${label}`,
    stroke: () => page.colourOf(label),
    fill: () => page.colourOf(label),
    width: 0,
    paths: bars,
    points: { show: false },
    value: (_self, _value, _series, bin) => words(lane, bin),
  }));
  const names = ["decrease", "hold", "increase"];
  const options = page.chartOptions(page, {
    height: 106,
    durationS: scene.durationS,
    top: 2,
    series,
    yText: (value) => names[value] ?? "",
    yAxis: { splits: [0, 1, 2] },
    syncKey,
  });
  const scales = { ...options.scales, y: { range: [-0.5, 2.5] as [number, number] } };
  return { options: { ...options, scales }, data: [times, ...heights] as UPlot.AlignedData };
}
