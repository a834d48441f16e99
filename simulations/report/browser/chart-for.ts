import type { Scene } from "../page-data.js";
import type { ChartSpec, Page } from "./kit.js";

/** The chart that a place of the page asks for. */
export function chartFor(
  page: Page,
  scene: Scene,
  place: { readonly [name: string]: string | undefined },
  syncKey: string,
): ChartSpec | undefined {
  const { chart: kind, track: index, model } = place as { chart?: string; track?: string; model?: string };
  if (kind === "standings") return page.standingsChart(page, scene);
  if (kind === "behind") return page.behindChart(page, scene, syncKey);
  const track = scene.tracks[Number(index)];
  if (track === undefined) return undefined;
  if (kind === "rates") return page.ratesChart(page, scene, track, Number(model), syncKey);
  if (kind === "decisions") return page.decisionsChart(page, scene, track, syncKey);
  if (kind === "in-flight") return page.inFlightChart(page, scene, track, syncKey);
  if (kind === "wait") return page.waitChart(page, scene, track, syncKey);
  return page.goodputChart(page, scene, track, syncKey);
}
