import type UPlot from "uplot";
import { behindChart } from "./behind-chart.js";
import { chartFor } from "./chart-for.js";
import { chartOptions } from "./chart-options.js";
import { decisionsChart } from "./decisions-chart.js";
import { goodputChart } from "./goodput-chart.js";
import { marks } from "./marks.js";
import { countText, rateText, secondsText, shareText, timeText } from "./numbers.js";
import { colourOf, lineSeries } from "./paint.js";
import { inFlightChart, waitChart } from "./queue-charts.js";
import { ratesChart } from "./rates-chart.js";
import { standingsChart } from "./standings-chart.js";
import { start } from "./start.js";
import { themed } from "./themed.js";
import { zoomable } from "./zoom.js";

/**
 * What runs in the page. Each function travels there as its own text, so it may use nothing of its module: constants
 * stand inside, and others are reached through the page that it is handed.
 */
export const KIT = {
  behindChart,
  chartFor,
  chartOptions,
  colourOf,
  countText,
  decisionsChart,
  goodputChart,
  inFlightChart,
  lineSeries,
  marks,
  rateText,
  ratesChart,
  secondsText,
  shareText,
  standingsChart,
  start,
  themed,
  timeText,
  waitChart,
  zoomable,
};

export type Kit = typeof KIT;

/** The kit, and the library that draws. */
export interface Page extends Kit {
  readonly uPlot: typeof UPlot;
}

/** What it takes to make a chart. */
export interface ChartSpec {
  readonly options: Omit<UPlot.Options, "width">;
  readonly data: UPlot.AlignedData;
}
