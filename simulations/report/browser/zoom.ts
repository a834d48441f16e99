import type UPlot from "uplot";
import { timeText } from "../../../src/page/browser/numbers.js";

/**
 * Lets the charts of a scenario show the same stretch of time: by dragging over one, and by the buttons of its section.
 *
 * @returns what a chart is given to when it is drawn
 */
export function zoomable(section: Element, durationS: number): (chart: UPlot) => void {
  const charts: UPlot[] = [];
  const label = section.querySelector("[data-range]");
  let [from, until] = [0, durationS];
  const show = (newFrom: number, newUntil: number): void => {
    const width = Math.min(durationS, Math.max(5, newUntil - newFrom));
    from = Math.min(Math.max(0, newFrom), durationS - width);
    until = from + width;
    for (const chart of charts) chart.setScale("x", { min: from, max: until });
    if (label) label.textContent = `${timeText(from)} – ${timeText(until)}`;
  };
  const moves: Record<string, () => void> = {
    closer: () => show(from + (until - from) / 4, until - (until - from) / 4),
    wider: () => show(from - (until - from) / 2, until + (until - from) / 2),
    earlier: () => show(from - (until - from) / 2, until - (until - from) / 2),
    later: () => show(from + (until - from) / 2, until + (until - from) / 2),
    whole: () => show(0, durationS),
  };
  for (const button of section.querySelectorAll<HTMLButtonElement>("button[data-zoom]")) {
    button.addEventListener("click", () => moves[button.dataset["zoom"] ?? ""]?.());
  }
  show(0, durationS);
  return (chart) => {
    charts.push(chart);
    chart.setScale("x", { min: from, max: until });
    chart.over.addEventListener("dblclick", () => show(0, durationS));
    chart.hooks.setSelect = [
      ({ select }) => {
        if (select.width < 4) return;
        const [left, right] = [chart.posToVal(select.left, "x"), chart.posToVal(select.left + select.width, "x")];
        chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        show(left, right);
      },
    ];
  };
}
