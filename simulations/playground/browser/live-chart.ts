import UPlot from "uplot";
import type { ChartSpec } from "../../../src/page/browser/chart-options.js";
import type { Range } from "./outlook.js";

/** A chart that goes on: it is made once, and made anew only where it gets other lines. */
export class LiveChart {
  readonly #place: HTMLElement;
  readonly #onZoom: (range: Range | undefined) => void;
  readonly #fitter = new ResizeObserver(() => this.#fit());
  #chart: UPlot | undefined;
  #form = "";
  #isGone = false;

  constructor(place: HTMLElement, onZoom: (range: Range | undefined) => void) {
    this.#place = place;
    this.#onZoom = onZoom;
    this.#fitter.observe(place);
  }

  show({ options, data }: ChartSpec, [min, max]: Range): void {
    // A piece of drawing may wait longer than what it draws is there.
    if (this.#isGone) return;
    const form = JSON.stringify([options.height, options.series.map(({ label, scale }) => [label, scale])]);
    if (this.#chart === undefined || form !== this.#form) this.#make({ options, data }, form);
    const chart = this.#chart;
    if (chart === undefined) return;
    for (const [index, { value }] of options.series.entries()) {
      const series = chart.series[index];
      // What the legend says is of these data.
      if (series !== undefined && typeof value === "function") series.value = value;
    }
    chart.hooks.draw = [...([options.hooks?.draw ?? []].flat() as ((self: UPlot) => void)[])];
    const range = options.scales?.["y"]?.range;
    chart.batch(() => {
      chart.setData(data, false);
      chart.setScale("x", { min, max });
      if (Array.isArray(range)) chart.setScale("y", { min: range[0] as number, max: range[1] as number });
    });
  }

  redraw(): void {
    this.#chart?.redraw(false);
  }

  destroy(): void {
    this.#isGone = true;
    this.#fitter.disconnect();
    this.#chart?.destroy();
    this.#chart = undefined;
  }

  #make({ options, data }: ChartSpec, form: string): void {
    const width = this.#place.clientWidth;
    if (width === 0) return;
    this.#chart?.destroy();
    this.#form = form;
    const chart = new UPlot({ ...options, width }, data, this.#place);
    this.#chart = chart;
    this.#place.style.minHeight = "";
    chart.over.addEventListener("dblclick", () => this.#onZoom(undefined));
    chart.hooks.setSelect = [
      ({ select }) => {
        if (select.width < 4) return;
        const [left, right] = [chart.posToVal(select.left, "x"), chart.posToVal(select.left + select.width, "x")];
        chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        this.#onZoom([left, right]);
      },
    ];
  }

  #fit(): void {
    const chart = this.#chart;
    const width = this.#place.clientWidth;
    if (chart !== undefined && width > 0 && width !== chart.width) chart.setSize({ width, height: chart.height });
  }
}
