import type UPlot from "uplot";
import type { Scene, Track } from "../page-data.js";
import type { ChartSpec, Page } from "./kit.js";

/** Accepted per second, beside what the clairvoyant got; how far it is so far stands in the legend. */
export function goodputChart(page: Page, scene: Scene, track: Track, syncKey: string): ChartSpec {
  const { own, optimum, binS } = track.goodput;
  const top = scene.tracks.reduce(
    (highest, { goodput }) =>
      [...goodput.own, ...goodput.optimum].reduce((one, other) => Math.max(one, other), highest),
    0,
  );
  let [ownSoFar, optimumSoFar] = [0, 0];
  const shares = own.map((value, bin) => {
    ownSoFar += value;
    optimumSoFar += optimum[bin] ?? 0;
    return optimumSoFar > 0 ? ownSoFar / optimumSoFar : null;
  });
  const step = page.uPlot.paths.stepped?.({ align: 1 });
  const stepped = step ? { paths: step } : {};
  const series: UPlot.Series[] = [
    {
      ...page.lineSeries(page, { label: "clairvoyant", colour: "limit", value: page.rateText, dash: [6, 4] }),
      ...stepped,
    },
    {
      ...page.lineSeries(page, { label: "accepted", colour: "rate", value: page.rateText, width: 1.75 }),
      fill: () => page.colourOf("accepted"),
      ...stepped,
    },
    {
      ...page.lineSeries(page, { label: "share so far", colour: "paper", value: page.shareText }),
      paths: () => null,
      scale: "share",
      class: "ink-none",
    },
  ];
  const times = own.map((_, bin) => bin * binS);
  const options = page.chartOptions(page, {
    height: 150,
    durationS: scene.durationS,
    top,
    series,
    yText: String,
    syncKey,
  });
  return { options, data: [times, optimum, own, shares] as unknown as UPlot.AlignedData };
}
