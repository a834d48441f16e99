import UPlot from "uplot";
import { type ChartSpec, chartOptions } from "../../../page/browser/chart-options.js";
import { LOST, markSeries, OVERLOADED, REFUSED } from "../../../page/browser/mark-series.js";
import { colourOf, lineSeries } from "../../../page/browser/paint.js";
import type { Point } from "../message.js";
import { perSecond } from "./words.js";

/** What a chart shows, as it goes on: the chart itself is made once, and looks here. */
export interface Shown {
  fromS: number;
  untilS: number;
  /** The second at which its axis begins. */
  originS: number;
  points: readonly Point[];
}

const HEIGHT = 190;
/** Beyond so many limits nothing is told but "more". */
const TOP_LIMITS = 2;
const COUNTS = [
  [REFUSED, 7],
  [OVERLOADED, 8],
  [LOST, 9],
] as const;

/** The rate against the limit that the server tells, what was accepted, and every refusal, second by second. */
export function keyChart(shown: Shown): ChartSpec {
  // The last second goes on, and isn't whole.
  shown.points = shown.points.slice(0, -1).filter(([second]) => second >= shown.fromS && second < shown.untilS);
  const { points, originS, untilS } = shown;
  const column = (index: number) => points.map((point) => point[index] ?? null);
  const [rates, limits, accepted] = [column(1), column(2), column(6)];
  const step = UPlot.paths.stepped?.({ align: 1 });
  const stepped = step ? { paths: step } : {};
  const height = (index: number): number => Math.max(rates[index] ?? 0, accepted[index] ?? 0);
  const options = chartOptions({
    height: HEIGHT,
    durationS: untilS - originS,
    top: topOf(rates, limits, accepted),
    series: [
      {
        ...lineSeries({ label: "accepted", colour: "accepted", value: perSecond, width: 0 }),
        fill: () => colourOf("accepted"),
        ...stepped,
      },
      { ...lineSeries({ label: "limit told", colour: "limit", value: perSecond, dash: [6, 4] }), ...stepped },
      { ...lineSeries({ label: "rate", colour: "rate", value: perSecond, width: 1.75 }), ...stepped },
      ...COUNTS.map(([look, index]) => markSeries(look, (row) => shown.points[row]?.[index] ?? 0)),
    ],
    yText: (value) => String(value),
    syncKey: "keys",
  });
  const times = points.map(([second]) => second - originS);
  const marks = COUNTS.map(([, index]) => column(index).map((count, row) => ((count ?? 0) > 0 ? height(row) : null)));
  const range = (): [number, number] => [shown.fromS - shown.originS, shown.untilS - shown.originS];
  const scales = { ...options.scales, x: { time: false, range } };
  return {
    options: { ...options, scales },
    data: [times, accepted, limits, rates, ...marks] as UPlot.AlignedData,
  };
}

/** The rate may begin far above what is asked: what a server has told, and what it lets in, are what matters. */
function topOf(...[rates, limits, accepted]: readonly (readonly (number | null)[])[]): number {
  const most = (values: readonly (number | null)[] = []): number =>
    values.reduce<number>((top, value) => Math.max(top, value ?? 0), 0);
  const top = Math.max(most(rates), most(accepted));
  const limit = Math.max(most(limits), most(accepted));
  return nice(limit > 0 ? Math.min(Math.max(top, limit), limit * TOP_LIMITS) : top);
}

/** Rounded up, so that the scale, and with it the chart, stays as it is for a while. */
function nice(value: number): number {
  if (value <= 0) return 1;
  const size = Number(`1e${Math.floor(Math.log10(value))}`);
  return (Math.ceil((value / size) * 4) / 4) * size;
}
