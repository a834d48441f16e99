import { type Html, html } from "./html.js";
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

/** Every metric of every contestant: the mean over its seeds, and between what they lie. */
export function metricsTable(runs: readonly ReportRun[]): Html {
  const contestants = [...new Set(runs.map(({ contestant }) => contestant))];
  const names = [...new Set(runs.flatMap(({ metrics }) => Object.keys(metrics)))];
  const valuesOf = (contestant: string, name: string): readonly number[] =>
    runs
      .filter((run) => run.contestant === contestant)
      .map(({ metrics }) => metrics[name] ?? Number.NaN)
      .filter((value) => !Number.isNaN(value));
  const measured = names.filter((name) => contestants.some((contestant) => valuesOf(contestant, name).length > 0));
  return html`<div class="scroll"><table>
<caption>Metrics${runs.length > contestants.length && ", mean over the seeds and their range"}</caption>
<thead><tr><th scope="col">Metric</th>${contestants.map((each) => html`<th scope="col" class="number">${each}</th>`)}<th scope="col">What it is</th></tr></thead>
<tbody>${measured.map(
    (name) =>
      html`<tr><th scope="row">${name}</th>${contestants.map((contestant) => cell(name, valuesOf(contestant, name)))}<td class="why">${meaningOf(name)}</td></tr>`,
  )}</tbody>
</table></div>`;
}

function cell(name: string, values: readonly number[]): Html {
  if (values.length === 0) return html`<td class="number">–</td>`;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const range = least < most && html` <small>${metricText(name, least)} to ${metricText(name, most)}</small>`;
  return html`<td class="number">${metricText(name, mean)}${range}</td>`;
}

function meaningOf(name: string): string {
  const metric = metricOf(name);
  return metric === undefined ? "" : `${metric.meaning}; ${metric.better} is better`;
}
