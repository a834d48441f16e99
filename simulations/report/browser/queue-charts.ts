import type UPlot from "uplot";
import { type ChartSpec, chartOptions } from "../../../src/page/browser/chart-options.js";
import { countText, secondsText } from "../../../src/page/browser/numbers.js";
import { colourOf, lineSeries } from "../../../src/page/browser/paint.js";
import type { Scene, Track } from "../page-data.js";
import { timesOf } from "./times.js";
import { topOf } from "./top.js";

/** How many wait here, and how many are on their way. */
export function inFlightChart(scene: Scene, track: Track, syncKey: string): ChartSpec {
  const { queued, inFlight } = track.waiting;
  const top = topOf(
    scene.tracks.flatMap(({ waiting }) => [waiting.queued, waiting.inFlight]),
    1,
  );
  const series = [
    {
      ...lineSeries({ label: "queued here", colour: "queue", value: countText }),
      fill: () => colourOf("queue-fill"),
    },
    lineSeries({ label: "awaiting headers", colour: "flight", value: countText, dash: [3, 3] }),
  ];
  const times = timesOf(track, queued.length);
  const options = chartOptions({
    height: 130,
    durationS: scene.durationS,
    top,
    series,
    yText: String,
    syncKey,
  });
  return { options, data: [times, queued, inFlight] as unknown as UPlot.AlignedData };
}

/** How long first tries waited. */
export function waitChart(scene: Scene, track: Track, syncKey: string): ChartSpec {
  const { p50, p99 } = track.waiting;
  const top = topOf(scene.tracks.map(({ waiting }) => waiting.p99));
  const look = { value: secondsText, colour: "wait" };
  const series = [
    { ...lineSeries({ ...look, label: "p99", width: 1 }), spanGaps: true },
    { ...lineSeries({ ...look, label: "p50", colour: "rate", width: 1.75 }), spanGaps: true },
  ];
  const times = timesOf(track, p50.length);
  const yText = (value: number): string => `${value} s`;
  const options = chartOptions({ height: 130, durationS: scene.durationS, top, series, yText, syncKey });
  return { options, data: [times, p99, p50] as unknown as UPlot.AlignedData };
}
