import { type Html, html } from "../../src/page/html.js";
import { mean } from "../measure/mean.js";
import type { Standing } from "./page-data.js";
import type { ReportRun } from "./run.js";
import { metricOf, metricText } from "./units.js";

/** The three axes that everything here is judged by, as large figures: for a page of one run. */
export function headlines({ metrics }: ReportRun): Html {
  const tiles: readonly (readonly [name: string, words: string])[] = [
    ["goodput", "of what a clairvoyant gets through"],
    ["refused", "of all tries were refused"],
    ["waitP99Ms", "waited here at most, 99 in 100"],
  ];
  const known = tiles.filter(([name]) => !Number.isNaN(metrics[name] ?? Number.NaN));
  return html`<ul class="headlines">${known.map(
    ([name, words]) => html`<li><strong>${metricText(name, metrics[name] ?? Number.NaN)}</strong> ${words}</li>`,
  )}</ul>`;
}

/** A row for each contestant, on the axes of {@link headlines}. */
export function leaderboard(runs: readonly ReportRun[], standings: readonly Standing[]): Html {
  const names = ["goodput", "refused", "waitP50Ms", "waitP99Ms"].filter((name) =>
    runs.some(({ metrics }) => !Number.isNaN(metrics[name] ?? Number.NaN)),
  );
  const front = new Set(standings.filter(({ isOnFront }) => isOnFront).map(({ name }) => name));
  return html`<div class="scroll"><table>
<caption>Contestants${severalSeeds(runs) && ", mean over the seeds and their range"}</caption>
<thead><tr><th scope="col">Contestant</th>${names.map((name) => html`<th scope="col" class="number">${name}</th>`)}<th scope="col">Pareto front</th></tr></thead>
<tbody>${contestantsOf(runs).map(
    (contestant) =>
      html`<tr><th scope="row">${contestant}</th>${names.map((name) => cell(name, valuesOf(runs, contestant, name)))}<td>${front.has(contestant) && "● on it"}</td></tr>`,
  )}</tbody>
</table></div>`;
}

/** Every metric of every contestant: the mean over its seeds, and between what they lie. */
export function metricsTable(runs: readonly ReportRun[]): Html {
  const contestants = contestantsOf(runs);
  const names = [...new Set(runs.flatMap(({ metrics }) => Object.keys(metrics)))];
  const measured = names.filter((name) => contestants.some((each) => valuesOf(runs, each, name).length > 0));
  return html`<div class="scroll"><table>
<thead><tr><th scope="col">Metric</th>${contestants.map((each) => html`<th scope="col" class="number">${each}</th>`)}<th scope="col">What it is</th></tr></thead>
<tbody>${measured.map(
    (name) =>
      html`<tr><th scope="row">${name}</th>${contestants.map((each) => cell(name, valuesOf(runs, each, name)))}<td class="why">${meaningOf(name)}</td></tr>`,
  )}</tbody>
</table></div>`;
}

function contestantsOf(runs: readonly ReportRun[]): readonly string[] {
  return [...new Set(runs.map(({ contestant }) => contestant))];
}

function severalSeeds(runs: readonly ReportRun[]): boolean {
  return runs.length > contestantsOf(runs).length;
}

/** What one contestant came to, a number for each seed that had something to measure. */
export function valuesOf(runs: readonly ReportRun[], contestant: string, name: string): readonly number[] {
  return runs
    .filter((run) => run.contestant === contestant)
    .map(({ metrics }) => metrics[name] ?? Number.NaN)
    .filter((value) => !Number.isNaN(value));
}

function cell(name: string, values: readonly number[]): Html {
  if (values.length === 0) return html`<td class="number">–</td>`;
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const range = least < most && html` <small>${metricText(name, least)} to ${metricText(name, most)}</small>`;
  return html`<td class="number">${metricText(name, mean(values))}${range}</td>`;
}

function meaningOf(name: string): string {
  const metric = metricOf(name);
  return metric === undefined ? "" : `${metric.meaning}; ${metric.better} is better`;
}
