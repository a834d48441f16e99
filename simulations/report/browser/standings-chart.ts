import UPlot from "uplot";
import type { ChartSpec } from "../../../src/page/browser/chart-options.js";
import { colourOf } from "../../../src/page/browser/paint.js";
import type { Scene } from "../page-data.js";

/** Goodput against the refused share, a point for each contestant: best is above and to the left. */
export function standingsChart(scene: Scene): ChartSpec {
  const places = scene.standings
    .map((standing) => ({ ...standing, x: standing.refused * 100, y: standing.goodput * 100 }))
    .sort((one, other) => one.x - other.x || other.y - one.y);
  const right = places.reduce(
    (most, { x, seeds }) => seeds.reduce((top, { refused }) => Math.max(top, refused * 100), Math.max(most, x)),
    1,
  );
  const low = places.reduce(
    (least, { y, seeds }) => seeds.reduce((low, { goodput }) => Math.min(low, goodput * 100), Math.min(least, y)),
    100,
  );
  const high = places.reduce((most, { y }) => Math.max(most, y), 100);
  const margin = Math.max(1, (high - low) * 0.12);
  // Roots: the first per cents are what this is about, and half of all tries refused has to fit too.
  const root = (value: number): number => Math.sqrt(Math.max(0, value));
  const ticks: number[] = [];
  for (const tick of [0, 0.1, 0.5, 1, 2, 5, 10, 20, 40, 60, 80, 100]) {
    const isApart = ticks.length === 0 || root(tick) - root(ticks.at(-1) ?? 0) > 0.09 * root(right * 1.15);
    if (isApart && tick <= right * 1.15) ticks.push(tick);
  }
  const font = "11px system-ui, sans-serif";
  const line = { stroke: () => colourOf("grid"), width: 1 };
  const axis = { font, stroke: () => colourOf("muted"), ticks: { ...line, size: 4 }, gap: 4, grid: line };
  const draw = (chart: UPlot): void => {
    const { ctx } = chart;
    const ratio = UPlot.pxRatio;
    const at = (x: number, y: number): [number, number] => [chart.valToPos(x, "x", true), chart.valToPos(y, "y", true)];
    ctx.save();
    const front = places.filter(({ isOnFront }) => isOnFront);
    ctx.strokeStyle = colourOf("rate");
    ctx.setLineDash([4 * ratio, 4 * ratio]);
    ctx.lineWidth = ratio;
    ctx.beginPath();
    for (const [index, { x, y }] of front.entries()) {
      const [left, top] = at(x, y);
      if (index === 0) ctx.moveTo(left, top);
      else {
        ctx.lineTo(left, at(0, front[index - 1]?.y ?? y)[1]);
        ctx.lineTo(left, top);
      }
    }
    ctx.stroke();
    ctx.setLineDash([]);
    const taken: [number, number, number][] = [];
    for (const { name, x, y, seeds, isOnFront } of places) {
      const isOurs = name.startsWith("sluice");
      const colour = colourOf(isOurs ? "rate" : name === "clairvoyant" ? "limit" : "refused");
      ctx.fillStyle = colour;
      ctx.strokeStyle = colour;
      ctx.globalAlpha = 0.35;
      for (const seed of seeds.length > 1 ? seeds : []) {
        const [left, top] = at(seed.refused * 100, seed.goodput * 100);
        ctx.fillRect(left - ratio, top - ratio, 2 * ratio, 2 * ratio);
      }
      ctx.globalAlpha = 1;
      const [left, top] = at(x, y);
      const size = 5 * ratio;
      ctx.lineWidth = 1.75 * ratio;
      ctx.beginPath();
      if (isOurs) ctx.arc(left, top, size, 0, 2 * Math.PI);
      else if (name === "clairvoyant") {
        ctx.moveTo(left - size, top);
        ctx.lineTo(left + size, top);
        ctx.moveTo(left, top - size);
        ctx.lineTo(left, top + size);
      } else ctx.rect(left - size * 0.8, top - size * 0.8, size * 1.6, size * 1.6);
      if (isOnFront) ctx.fill();
      ctx.stroke();
      ctx.font = `${isOurs ? "600 " : ""}${12 * ratio}px system-ui, sans-serif`;
      ctx.textAlign = "left";
      ctx.textBaseline = "middle";
      const width = ctx.measureText(name).width;
      const isAtEdge = left + width + 12 * ratio > chart.bbox.left + chart.bbox.width;
      const from = isAtEdge ? left - width - 9 * ratio : left + 9 * ratio;
      let height = top;
      // A name moves down until it covers no other.
      const covers = ([x0, x1, middle]: [number, number, number]): boolean =>
        from < x1 && from + width > x0 && Math.abs(height - middle) < 14 * ratio;
      while (taken.some(covers)) height += 3 * ratio;
      taken.push([from, from + width, height]);
      ctx.fillStyle = colourOf("ink");
      ctx.fillText(name, from, height);
    }
    ctx.restore();
  };
  const options: ChartSpec["options"] = {
    height: 300,
    padding: [12, 16, 0, 0],
    scales: {
      x: { time: false, distr: 100, fwd: root, bwd: (value) => value * value, range: [0, right * 1.15] },
      y: { range: [Math.max(0, low - margin), Math.min(high + margin, Math.max(102, high + 0.5))] },
    },
    axes: [
      {
        ...axis,
        size: 28,
        label: "refused, of all tries",
        labelSize: 18,
        filter: (_, splits) => splits,
        labelFont: font,
        splits: () => ticks,
        values: (_, splits) => splits.map((value) => (value === null ? "" : `${value} %`)),
      },
      {
        ...axis,
        size: 58,
        space: 32,
        values: (_, splits) => splits.map((value) => (value === null ? "" : `${value} %`)),
      },
    ],
    legend: { show: false },
    cursor: { show: false },
    series: [{}, { paths: () => null, points: { show: false } }],
    hooks: { draw: [draw] },
  };
  return { options, data: [places.map(({ x }) => x), places.map(({ y }) => y)] };
}
