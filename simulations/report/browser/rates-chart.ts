import UPlot from "uplot";
import { type ChartSpec, chartOptions } from "../../../src/page/browser/chart-options.js";
import { LOST, type MarkLook, markSeries, OVERLOADED, REFUSED } from "../../../src/page/browser/mark-series.js";
import { rateText } from "../../../src/page/browser/numbers.js";
import { colourOf, lineSeries } from "../../../src/page/browser/paint.js";
import type { RefusalKind, Scene, Track } from "../page-data.js";
import { timesOf } from "./times.js";
import { topOf } from "./top.js";

/** The rate against the true limit, what was accepted, and every refusal, of one model. */
export function ratesChart(scene: Scene, track: Track, modelIndex: number, syncKey: string): ChartSpec {
  const model = track.models[modelIndex];
  const looks: [RefusalKind, MarkLook][] = [
    ["429", REFUSED],
    ["503", OVERLOADED],
    ["lost", LOST],
  ];
  const all = scene.tracks.flatMap(({ models }) => models.filter(({ name }) => name === model?.name));
  const limitTop = topOf(all.map(({ limit }) => limit));
  const acceptedTop = topOf(all.map(({ accepted }) => accepted));
  const rateTop = topOf(all.map(({ rate }) => rate));
  // One that floods the server would press all others flat: beyond twice the limit nothing is told but "too much".
  const top =
    limitTop > 0 ? Math.min(Math.max(rateTop, acceptedTop, limitTop), limitTop * 2) : Math.max(rateTop, acceptedTop);
  const text = rateText;
  const series: UPlot.Series[] = [];
  const data: (readonly (number | null)[])[] = [];
  const add = (line: UPlot.Series, values: readonly (number | null)[] = []): void => {
    series.push(line);
    data.push(values);
  };
  const step = UPlot.paths.stepped?.({ align: 1 });
  const stepped = step ? { paths: step } : {};
  add(
    {
      ...lineSeries({ label: "accepted", colour: "accepted", value: text, width: 0 }),
      fill: () => colourOf("accepted"),
      ...stepped,
    },
    model?.accepted,
  );
  if (limitTop > 0) {
    const look = { label: scene.limitName ?? "true limit", colour: "limit", value: text, dash: [6, 4] };
    add({ ...lineSeries(look), ...stepped }, model?.limit);
  }
  for (const [client, rates] of (model?.clientRates ?? []).entries()) {
    const dash = [[], [6, 3], [2, 3], [8, 3, 2, 3]][client % 4] ?? [];
    const colour = `line-${(client % 5) + 2}`;
    add(lineSeries({ label: `client ${client + 1}`, colour, value: text, width: 1, dash }), rates);
  }
  const hasRate = model?.rate.some((rate) => rate !== null) ?? false;
  const own = hasRate ? model?.rate : model?.sent;
  const label = !hasRate ? "sent" : model?.clientRates.length ? "rates together" : "rate";
  add(lineSeries({ label, colour: "rate", value: text, width: 1.75 }), own);
  for (const [kind, look] of looks) {
    const counts = model?.refusals[kind] ?? [];
    if (!counts.some((count) => count > 0)) continue;
    const heights = counts.map((count, bin) => (count > 0 ? (own?.[bin] ?? model?.sent[bin] ?? 0) : null));
    add(
      markSeries(look, (bin) => counts[bin] ?? 0),
      heights,
    );
  }
  const times = timesOf(track, (model?.accepted ?? []).length);
  const options = chartOptions({
    height: 260,
    durationS: scene.durationS,
    top,
    series,
    yText: (value) => String(value),
    syncKey,
  });
  return { options, data: [times, ...data] as UPlot.AlignedData };
}
