import UPlot from "uplot";
import { themed } from "../../../src/page/browser/themed.js";
import type { PageData } from "../page-data.js";
import { chartFor } from "./chart-for.js";
import { zoomable } from "./zoom.js";

/** Draws the charts of the page, those far down when they come near, and keeps them in step with its width and its light. */
export function start(data: PageData): void {
  const atOnce = 24;
  const drawn: UPlot[] = [];
  const waiting = new Map<Element, () => void>();
  const draw = (element: Element): void => {
    const task = waiting.get(element);
    waiting.delete(element);
    task?.();
  };
  // A page of forty scenarios would fill the memory with canvases that nobody looks at.
  const nearby = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) if (isIntersecting) draw(target);
    },
    { rootMargin: "600px" },
  );
  for (const [index, scene] of data.scenes.entries()) {
    const section = document.querySelector(`[data-scene="${index}"]`);
    if (section === null) continue;
    const syncKey = `scene-${index}`;
    const showTogether = zoomable(section, scene.durationS);
    for (const element of section.querySelectorAll<HTMLElement>("[data-chart]")) {
      waiting.set(element, () => {
        const spec = chartFor(scene, element.dataset, syncKey);
        if (spec === undefined) return;
        const chart = new UPlot({ ...spec.options, width: element.clientWidth }, spec.data, element);
        drawn.push(chart);
        if (element.dataset["chart"] !== "standings") showTogether(chart);
        new ResizeObserver(() => {
          if (element.clientWidth > 0 && element.clientWidth !== chart.width) {
            chart.setSize({ width: element.clientWidth, height: spec.options.height });
          }
        }).observe(element);
      });
      if (drawn.length < atOnce) draw(element);
      else nearby.observe(element);
    }
  }
  addEventListener("beforeprint", () => {
    for (const element of [...waiting.keys()]) draw(element);
  });
  themed(() => {
    for (const chart of drawn) chart.redraw(false);
  });
}
