import type { ChartSpec } from "../../../src/page/browser/chart-options.js";
import type { Scene } from "../page-data.js";
import { behindChart } from "./behind-chart.js";
import { decisionsChart } from "./decisions-chart.js";
import { goodputChart } from "./goodput-chart.js";
import { inFlightChart, waitChart } from "./queue-charts.js";
import { ratesChart } from "./rates-chart.js";
import { standingsChart } from "./standings-chart.js";

/** The chart that a place of the page asks for. */
export function chartFor(
  scene: Scene,
  place: { readonly [name: string]: string | undefined },
  syncKey: string,
): ChartSpec | undefined {
  const { chart: kind, track: index, model } = place as { chart?: string; track?: string; model?: string };
  if (kind === "standings") return standingsChart(scene);
  if (kind === "behind") return behindChart(scene, syncKey);
  const track = scene.tracks[Number(index)];
  if (track === undefined) return undefined;
  if (kind === "rates") return ratesChart(scene, track, Number(model), syncKey);
  if (kind === "decisions") return decisionsChart(scene, track, syncKey);
  if (kind === "in-flight") return inFlightChart(scene, track, syncKey);
  if (kind === "wait") return waitChart(scene, track, syncKey);
  return goodputChart(scene, track, syncKey);
}
