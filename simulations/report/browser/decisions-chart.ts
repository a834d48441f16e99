import UPlot from "uplot";
import { type ChartSpec, chartOptions } from "../../../src/page/browser/chart-options.js";
import { rateText } from "../../../src/page/browser/numbers.js";
import { colourOf } from "../../../src/page/browser/paint.js";
import type { Scene, Track } from "../page-data.js";
import { timesOf } from "./times.js";

/** The controller's steps: a lane for each reason, coloured by its move, which an arrow before its name says too. */
export function decisionsChart(scene: Scene, track: Track, syncKey: string): ChartSpec {
  const { lanes, rows } = track.decisions;
  const arrows = ["▲", "●", "▼"];
  const colours = ["increase", "hold", "decrease"];
  // Runs side by side stay in line, whoever has more reasons.
  const laneCount = scene.tracks.reduce((most, each) => Math.max(most, each.decisions.lanes.length), 1);
  const { fromS = 0 } = track;
  const times = timesOf(track, Math.ceil((scene.durationS - fromS) / track.binS));
  const words = (bin: number | null): string => {
    const here = rows.filter(([at]) => at === bin);
    if (here.length === 0) return "–";
    return here
      .map(([, lane, many, rate]) => `${lanes[lane]?.because}${many > 1 ? ` ×${many}` : ""} → ${rateText(rate)}`)
      .join(", ");
  };
  const draw = (chart: UPlot): void => {
    const { ctx, bbox } = chart;
    const ratio = UPlot.pxRatio;
    const height = bbox.height / laneCount;
    const [from, until] = [chart.scales["x"]?.min ?? 0, chart.scales["x"]?.max ?? scene.durationS];
    const width = Math.max(1.5 * ratio, (bbox.width * track.binS) / (until - from));
    const fills = colours.map(colourOf);
    const right = bbox.left + bbox.width;
    /** Where the block of each lane that goes on begins and ends: what lies side by side is filled at once. */
    const blocks = new Map<number, { from: number; until: number }>();
    const fill = (lane: number): void => {
      const block = blocks.get(lane);
      if (block === undefined) return;
      ctx.fillStyle = fills[lanes[lane]?.move ?? 1] ?? "";
      ctx.fillRect(block.from, bbox.top + lane * height + 14 * ratio, block.until - block.from, 6 * ratio);
    };
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const [bin, lane] of rows) {
      const left = chart.valToPos(fromS + bin * track.binS, "x", true);
      if (left + width < bbox.left || left > right) continue;
      const block = blocks.get(lane);
      if (block !== undefined && left <= block.until + 0.5) block.until = left + width;
      else {
        fill(lane);
        blocks.set(lane, { from: left, until: left + width });
      }
    }
    for (const lane of blocks.keys()) fill(lane);
    ctx.font = `${11 * ratio}px system-ui, sans-serif`;
    ctx.textAlign = "left";
    ctx.textBaseline = "top";
    for (const [lane, { because, move, many }] of lanes.entries()) {
      ctx.fillStyle = fills[move] ?? "";
      ctx.fillText(arrows[move] ?? "", bbox.left, bbox.top + lane * height + ratio);
      ctx.fillStyle = colourOf("muted");
      ctx.fillText(`${because} ×${many}`, bbox.left + 13 * ratio, bbox.top + lane * height + ratio);
    }
    ctx.restore();
  };
  const readout: UPlot.Series = {
    label: "decisions",
    class: "ink-none",
    paths: () => null,
    points: { show: false },
    value: (_self, _value, _series, bin) => words(bin),
  };
  const options = chartOptions({
    height: 40 + 24 * laneCount,
    durationS: scene.durationS,
    top: 1,
    series: [readout],
    yText: String,
    yAxis: { values: () => [], ticks: { show: false }, grid: { show: false } },
    syncKey,
  });
  return { options: { ...options, hooks: { draw: [draw] } }, data: [times, times.map(() => 0)] };
}
