import { html } from "../../src/page/html.js";
import { overview } from "./overview.js";
import { renderPage } from "./page.js";
import type { PageData } from "./page-data.js";
import type { ReportOptions, ReportRun } from "./run.js";
import { groupRuns, sceneOf } from "./scene.js";
import { sceneSection } from "./scene-section.js";

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
  const body = html`${groups.length > 1 && overview(groups)}
${groups.length === 0 && html`<p class="story">There were no runs to tell of.</p>`}
<noscript><p class="note">The charts need JavaScript, which is in this page itself. Without it the tables tell everything.</p></noscript>
${groups.map((group, index) => {
  const scene = data.scenes[index];
  return scene && sceneSection(group, scene, index);
})}`;
  return renderPage({ title, kind: "simulation report", body, data });
}

function titleOf(names: readonly string[]): string {
  if (names.length === 0) return "no runs";
  return names.length <= 3 ? names.join(", ") : `${names.length} scenarios`;
}
