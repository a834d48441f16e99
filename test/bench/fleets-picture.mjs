import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { STYLE } from "../../dist/src/page/style.js";
import { findBrowser } from "../../src/docs/build/pictures/make.mjs";

const require = createRequire(import.meta.url);
const SCRIPT = readFileSync(require.resolve("uplot/dist/uPlot.iife.min.js"), "utf8");
const CHART_STYLE = readFileSync(require.resolve("uplot/dist/uPlot.min.css"), "utf8");
const [WIDTH, HEIGHT] = [1_140, 310];

/**
 * Draws what becomes of fleets as they grow, with a store and without: how much of the limit they use and how even they are, what they
 * ask of the store, and what is refused.
 *
 * @typedef {{ size: number; goodput: number; jain: number; refused: number; commandsPerSecond: number }} Drawn
 * @param {readonly (Drawn & { without: { jain: number; refused: number } })[]} fleets
 * @param {string} path of the PNG
 */
export async function drawFleets(fleets, path) {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error("a picture needs Chromium");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage({ viewport: { width: WIDTH, height: HEIGHT }, deviceScaleFactor: 2 });
    await page.setContent(`<!doctype html><style>${STYLE}${CHART_STYLE}
body { display: grid; grid-template-columns: 1fr 1fr 1fr; gap: 0 0.5rem; padding: 0.8rem; }
h3 { padding-left: 2.9rem; font-size: 0.95rem }
.u-legend { font-size: 0.8rem }
.u-legend tr:first-child .u-marker { display: inline-block }
</style><body></body><script>${SCRIPT}</script>`);
    const of = (field) => fleets.map((fleet) => fleet[field]);
    const sizes = of("size");
    await page.evaluate(draw, [
      {
        title: "Used of the limit, and how evenly",
        data: [sizes, of("goodput"), of("jain"), of("without").map(({ jain }) => jain)],
        lines: [
          { label: "goodput", colour: "#1664c0" },
          { label: "Jain's index", colour: "#0f8577", dash: [7, 4] },
          { label: "Jain's, no store", colour: "#5b6572", dash: [2, 4] },
        ],
      },
      {
        title: "Commands to the store, a second",
        data: [sizes, of("commandsPerSecond")],
        lines: [{ label: "compare-and-sets and looks", colour: "#8a3ab9" }],
      },
      {
        title: "Refused, in percent",
        data: [sizes, percent(of("refused")), percent(of("without").map(({ refused }) => refused))],
        isByRatios: true,
        lines: [
          { label: "with a store", colour: "#c8440a" },
          { label: "without", colour: "#5b6572", dash: [2, 4] },
        ],
      },
    ]);
    await page.screenshot({ path });
  } finally {
    await browser.close();
  }
}

/** At least what is drawn at all where ratios count. */
function percent(shares) {
  return shares.map((share) => Math.max(0.01, 100 * share));
}

/** In the page. */
function draw(charts) {
  const axis = {
    stroke: "#5b6572",
    grid: { stroke: "#e6e9ee", width: 1 },
    ticks: { show: false },
    size: 42,
    font: "11px sans-serif",
  };
  for (const { title, data, lines, isByRatios = false } of charts) {
    const box = document.body.appendChild(document.createElement("div"));
    box.appendChild(document.createElement("h3")).textContent = title;
    const series = lines.map(({ label, colour, dash = [] }) => ({
      ...{ label, dash, width: 2 },
      stroke: colour,
      points: { show: true, size: 7, fill: colour },
    }));
    new uPlot(
      {
        ...{ width: 365, height: 220, series: [{ label: "processes" }, ...series] },
        // By ratios, since a fleet that doubles is a fleet that doubles.
        scales: {
          x: { time: false, distr: 3, log: 2 },
          y: isByRatios ? { distr: 3 } : { range: (_, __, top) => [0, Math.max(1, top) * 1.06] },
        },
        axes: [
          {
            ...axis,
            label: "processes",
            labelSize: 22,
            size: 30,
            splits: () => data[0],
            filter: (_, sizes) => sizes,
            values: (_, sizes) => sizes.map(String),
          },
          isByRatios
            ? {
                ...axis,
                values: (_, splits) => splits.map((split) => (/^10*$|^0\.0*1$/.test(String(split)) ? split : "")),
              }
            : axis,
        ],
        legend: { show: lines.length > 1, live: false, markers: { width: 3 } },
        cursor: { show: false },
      },
      data,
      box,
    );
  }
}
