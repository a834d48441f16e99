import type UPlot from "uplot";
import { type ChartSpec, chartOptions } from "../../../src/page/browser/chart-options.js";
import { lineSeries } from "../../../src/page/browser/paint.js";
import { topOf } from "../../report/browser/top.js";
import type { Gaps } from "../../report/page-data.js";

/** A line for each contestant, of one thing. */
export function linesChart(of: {
  readonly titles: readonly string[];
  readonly times: readonly number[];
  readonly lines: readonly Gaps[];
  readonly text: (value: number | null) => string;
  readonly syncKey: string;
}): ChartSpec {
  const { titles, times, lines, text, syncKey } = of;
  const top = topOf(lines, 1);
  const series = titles.map((label, index) =>
    lineSeries({
      label,
      colour: `line-${(index % 6) + 1}`,
      value: text,
      width: 1.75,
      dash: index % 2 === 1 ? [7, 4] : [],
    }),
  );
  const durationS = times.at(-1) ?? 1;
  const options = chartOptions({ height: 180, durationS, top, series, yText: String, syncKey });
  return { options, data: [times, ...lines] as UPlot.AlignedData };
}
