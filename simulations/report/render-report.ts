import { readAssets } from "./assets.js";
import { html, json, trusted } from "./html.js";
import { overview } from "./overview.js";
import type { PageData } from "./page-data.js";
import type { ReportOptions, ReportRun } from "./run.js";
import { groupRuns, sceneOf } from "./scene.js";
import { sceneSection } from "./scene-section.js";
import { pageScript } from "./script.js";
import { STYLE } from "./style.js";

/** What the page may load: nothing. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/**
 * One HTML page that tells of runs, and needs nothing else: scripts and styles are in it, and it opens from a file.
 * Equal runs give an equal page.
 *
 * @throws RangeError where `chartsMax` is below 1
 */
export function renderReport(runs: readonly ReportRun[], options: ReportOptions = {}): string {
  const { chartsMax = 12 } = options;
  if (!(chartsMax >= 1)) throw new RangeError(`chartsMax must be at least 1, got ${chartsMax}`);
  const groups = groupRuns(runs, chartsMax);
  const runsOnPage = groups.reduce((sum, { drawn }) => sum + drawn.length, 0);
  const data: PageData = { scenes: groups.map((group) => sceneOf(group, runsOnPage)) };
  const title = options.title ?? titleOf(groups.map(({ scenario }) => scenario.name));
  const { script, style, license } = readAssets();
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${title} – sluice</title>
<style>${trusted(style)}</style>
<style>${trusted(STYLE)}</style>
</head>
<body>
<main>
<header class="page"><p class="brand">sluice <span>simulation report</span></p><button type="button" data-theme-button>Colours: auto</button></header>
${groups.length > 1 && overview(groups)}
${groups.length === 0 && html`<p class="story">There were no runs to tell of.</p>`}
<noscript><p class="note">The charts need JavaScript, which is in this page itself. Without it the tables tell everything.</p></noscript>
${groups.map((group, index) => {
  const scene = data.scenes[index];
  return scene && sceneSection(group, scene, index);
})}
<footer>Virtual time: every figure is reproduced by its scenario and seed. Charts by uPlot.<details><summary>Licence of uPlot</summary><pre>${license}</pre></details></footer>
</main>
<script type="application/json" id="data">${json(data)}</script>
<script>${trusted(script)}</script>
<script>${trusted(pageScript())}</script>
</body>
</html>
`.text;
}

function titleOf(names: readonly string[]): string {
  if (names.length === 0) return "no runs";
  return names.length <= 3 ? names.join(", ") : `${names.length} scenarios`;
}
