import type UPlot from "uplot";
import { type ChartSpec, chartOptions } from "../../../src/page/browser/chart-options.js";
import { countText } from "../../../src/page/browser/numbers.js";
import { lineSeries } from "../../../src/page/browser/paint.js";
import type { Scene } from "../page-data.js";
import { topOf } from "./top.js";

/** How many requests each run is behind the clairvoyant, as time goes on: a steep stretch is where it was lost. */
export function behindChart(scene: Scene, syncKey: string): ChartSpec {
  const dashes = [[], [7, 4], [2, 3], [10, 3, 2, 3]];
  const lines = scene.tracks.map(({ goodput }) => {
    let behind = 0;
    return goodput.own.map((own, bin) => {
      behind += ((goodput.optimum[bin] ?? 0) - own) * goodput.binS;
      return Math.round(behind);
    });
  });
  const top = topOf(lines, 1);
  const bottom = lines.flat().reduce((one, other) => Math.min(one, other), 0);
  const series = scene.tracks.map(({ title }, index) =>
    lineSeries({
      label: title,
      colour: `line-${(index % 6) + 1}`,
      value: countText,
      width: 1.75,
      dash: dashes[Math.floor(index / 2) % dashes.length] ?? [],
    }),
  );
  const binS = scene.tracks[0]?.goodput.binS ?? 1;
  const times = (lines[0] ?? []).map((_, bin) => bin * binS);
  const options = chartOptions({
    height: 300,
    durationS: scene.durationS,
    top,
    series,
    yText: String,
    syncKey,
  });
  const scales = { ...options.scales, y: { range: [bottom * 1.06, top * 1.06] as [number, number] } };
  return { options: { ...options, scales }, data: [times, ...lines] as UPlot.AlignedData };
}
