import UPlot from "uplot";
import { type ChartSpec, chartOptions } from "../../../src/page/browser/chart-options.js";
import { rateText, shareText } from "../../../src/page/browser/numbers.js";
import { colourOf, lineSeries } from "../../../src/page/browser/paint.js";
import type { Scene, Track } from "../page-data.js";
import { topOf } from "./top.js";

/** Accepted per second, beside what the clairvoyant got; how far it is so far stands in the legend. */
export function goodputChart(scene: Scene, track: Track, syncKey: string): ChartSpec {
  const { own, optimum, binS } = track.goodput;
  const top = topOf(scene.tracks.flatMap(({ goodput }) => [goodput.own, goodput.optimum]));
  let [ownSoFar, optimumSoFar] = [0, 0];
  const shares = own.map((value, bin) => {
    ownSoFar += value;
    optimumSoFar += optimum[bin] ?? 0;
    return optimumSoFar > 0 ? ownSoFar / optimumSoFar : null;
  });
  const step = UPlot.paths.stepped?.({ align: 1 });
  const stepped = step ? { paths: step } : {};
  const series: UPlot.Series[] = [
    {
      ...lineSeries({ label: "clairvoyant", colour: "limit", value: rateText, dash: [6, 4] }),
      ...stepped,
    },
    {
      ...lineSeries({ label: "accepted", colour: "rate", value: rateText, width: 1.75 }),
      fill: () => colourOf("accepted"),
      ...stepped,
    },
    {
      ...lineSeries({ label: "share so far", colour: "paper", value: shareText }),
      paths: () => null,
      scale: "share",
      class: "ink-none",
    },
  ];
  const times = own.map((_, bin) => bin * binS);
  const options = chartOptions({
    height: 150,
    durationS: scene.durationS,
    top,
    series,
    yText: String,
    syncKey,
  });
  return { options, data: [times, optimum, own, shares] as unknown as UPlot.AlignedData };
}
