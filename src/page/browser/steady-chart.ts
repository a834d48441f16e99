import UPlot from "uplot";
import type { ChartSpec } from "./chart-options.js";

/** A chart whose data goes on. It is made again only where its scale or its width is another. */
export class SteadyChart {
  readonly #box: HTMLElement;
  #chart: UPlot | undefined;
  #form = "";

  constructor(box: HTMLElement) {
    this.#box = box;
  }

  draw({ options, data }: ChartSpec): void {
    const width = this.#box.clientWidth;
    const form = JSON.stringify([options.scales?.["y"], options.series.length, width]);
    if (this.#chart !== undefined && this.#form === form) {
      this.#chart.setData(data);
    } else {
      this.destroy();
      this.#chart = new UPlot({ ...options, width }, data, this.#box);
      this.#form = form;
    }
    // While nobody points at an instant the legend tells of the last.
    const { cursor } = this.#chart;
    if (typeof cursor.idx !== "number") this.#chart.setLegend({ idx: data[0].length - 1 });
  }

  redraw(): void {
    this.#chart?.redraw(false);
  }

  destroy(): void {
    this.#chart?.destroy();
    this.#chart = undefined;
  }
}
