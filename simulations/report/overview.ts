import { type Html, html } from "../../src/page/html.js";
import { mean } from "../measure/mean.js";
import { valuesOf } from "./metrics-table.js";
import type { ReportRun } from "./run.js";
import type { ScenarioRuns } from "./scene.js";
import { metricText } from "./units.js";
import { boundsOf, verdictBadge } from "./verdicts.js";

/** What comes below, and how it went: the head of a page of several scenarios. */
export function overview(groups: readonly ScenarioRuns[]): Html {
  return html`<nav aria-label="Scenarios"><div class="scroll"><table>
<thead><tr><th scope="col">Scenario</th><th scope="col">Bounds</th><th scope="col">Contestant</th><th scope="col" class="number">goodput</th><th scope="col" class="number">refused</th><th scope="col">Story</th></tr></thead>
<tbody>${groups.map(row)}</tbody>
</table></div></nav>`;
}

function row({ scenario, runs }: ScenarioRuns, index: number): Html {
  const [first] = runs;
  return html`<tr><th scope="row"><a href="#scene-${index}">${scenario.name}</a></th><td>${verdictBadge(boundsOf(runs))}</td><td>${first?.contestant}</td>${(["goodput", "refused"] as const).map((name) => html`<td class="number">${meanText(runs, first, name)}</td>`)}<td class="why">${scenario.story}</td></tr>`;
}

function meanText(runs: readonly ReportRun[], first: ReportRun | undefined, name: string): string {
  const values = first === undefined ? [] : valuesOf(runs, first.contestant, name);
  return metricText(name, mean(values));
}
