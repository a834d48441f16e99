import type UPlot from "uplot";
import type { PageData } from "../page-data.js";
import type { ChartSpec, Page } from "./kit.js";

/** Draws every chart of the page, and keeps them in step with its width and its light. */
export function start(page: Page, data: PageData): void {
  const all: UPlot[] = [];
  const draw = (element: HTMLElement, spec: ChartSpec): UPlot => {
    const chart = new page.uPlot({ ...spec.options, width: element.clientWidth }, spec.data, element);
    all.push(chart);
    new ResizeObserver(() => {
      if (element.clientWidth > 0 && element.clientWidth !== chart.width) {
        chart.setSize({ width: element.clientWidth, height: spec.options.height });
      }
    }).observe(element);
    return chart;
  };
  for (const [index, scene] of data.scenes.entries()) {
    const section = document.querySelector(`[data-scene="${index}"]`);
    if (section === null) continue;
    const syncKey = `scene-${index}`;
    const timed: UPlot[] = [];
    for (const element of section.querySelectorAll<HTMLElement>("[data-chart]")) {
      const track = scene.tracks[Number(element.dataset["track"])];
      const kind = element.dataset["chart"];
      if (kind === "standings") draw(element, page.standingsChart(page, scene));
      if (kind === "behind") timed.push(draw(element, page.behindChart(page, scene, syncKey)));
      if (track === undefined) continue;
      if (kind === "rates")
        timed.push(draw(element, page.ratesChart(page, scene, track, Number(element.dataset["model"]), syncKey)));
      if (kind === "in-flight") timed.push(draw(element, page.inFlightChart(page, scene, track, syncKey)));
      if (kind === "wait") timed.push(draw(element, page.waitChart(page, scene, track, syncKey)));
      if (kind === "goodput") timed.push(draw(element, page.goodputChart(page, scene, track, syncKey)));
      if (kind === "decisions") timed.push(draw(element, page.decisionsChart(page, scene, track, syncKey)));
    }
    page.zoomable(page, section, scene.durationS, timed);
  }
  const redraw = (): void => {
    for (const chart of all) chart.redraw(false);
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  const themes = ["auto", "light", "dark"];
  const button = document.querySelector<HTMLButtonElement>("button[data-theme-button]");
  button?.addEventListener("click", () => {
    const now = document.documentElement.dataset["theme"] ?? "auto";
    const next = themes[(themes.indexOf(now) + 1) % themes.length] ?? "auto";
    document.documentElement.dataset["theme"] = next;
    button.textContent = `Colours: ${next}`;
    redraw();
  });
}
