import type UPlot from "uplot";
import { chartOptions } from "../../../report/browser/chart-options.js";
import { marks } from "../../../report/browser/marks.js";
import { countText, rateText, timeText } from "../../../report/browser/numbers.js";
import { colourOf, lineSeries } from "../../../report/browser/paint.js";
import { themed } from "../../../report/browser/themed.js";
import { charts } from "./charts.js";
import { element } from "./element.js";
import { jobRows } from "./job-rows.js";
import { laneChart } from "./lane-chart.js";
import { laneRows } from "./lane-rows.js";
import { settingsList } from "./settings-list.js";
import { show } from "./show.js";
import { start } from "./start.js";
import { tableRows } from "./table-rows.js";

/**
 * What runs in the page of a live server. As in a report's, each function travels there as its own text, so it may use
 * nothing of its module.
 */
export const KIT = {
  chartOptions,
  charts,
  colourOf,
  countText,
  element,
  jobRows,
  laneChart,
  laneRows,
  lineSeries,
  marks,
  rateText,
  settingsList,
  show,
  start,
  tableRows,
  themed,
  timeText,
};

/** The kit, and the library that draws. */
export type LivePage = typeof KIT & { readonly uPlot: typeof UPlot };
