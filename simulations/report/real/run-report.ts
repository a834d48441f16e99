import { type Html, html } from "../../../src/page/html.js";
import { dataTable } from "../data-table.js";
import { renderPage } from "../page.js";
import type { Scene, Track } from "../page-data.js";
import type { ReasonCount } from "../reasons.js";
import { reasonsTable } from "../reasons-table.js";
import { chart, peak, ratesFigures } from "../run-card.js";
import { durationText, numberText } from "../units.js";
import { zoomBar } from "../zoom-bar.js";

/** A run that was real: what it was to do, what came of it, and what happened meanwhile. */
export interface RealRun {
  readonly title: string;
  /** How it ended, in the lines that stand on the terminal. */
  readonly summary: readonly string[];
  readonly isGood: boolean;
  readonly durationMs: number;
  /** Large figures, each with what it counts. */
  readonly headlines: readonly (readonly [figure: string, words: string])[];
  readonly facts: readonly (readonly [term: string, words: string])[];
  readonly tables: readonly RunTable[];
  readonly track: Track;
  readonly reasons: readonly ReasonCount[];
}

/** Figures by name. */
export interface RunTable {
  readonly caption: string;
  readonly heads: readonly string[];
  /** The first cell of each names it. */
  readonly rows: readonly (readonly string[])[];
}

/** The page of a real run, with the parts that a simulation's has: one file that needs nothing else. */
export function renderRun(run: RealRun): string {
  const { title, summary, isGood, durationMs, headlines, facts, tables, track, reasons } = run;
  const scene: Scene = { durationS: durationMs / 1_000, tracks: [track], standings: [], limitName: LIMIT_NAME };
  const [head = "", ...more] = summary;
  const body = html`<noscript><p class="note">The charts need JavaScript, which is in this page itself. Without it the tables tell everything.</p></noscript>
<section data-scene="0" aria-labelledby="title">
<header><h2 id="title">${title} <span class="badge ${isGood ? "held" : "missed"}">${isGood ? "✓ all done" : "✗ not all done"}</span></h2>
<p class="story">${head}</p>
${more.length > 0 && html`<p class="note">${more.map((line) => line.trim()).join("; ")}</p>`}
<ul class="headlines">${headlines.map(([figure, words]) => html`<li><strong>${figure}</strong> ${words}</li>`)}</ul>
<dl>${facts.map(([term, words]) => html`<div><dt>${term}</dt><dd>${words}</dd></div>`)}</dl></header>
${tables.filter(({ rows }) => rows.length > 0).map(tableOf)}
${track.models.length > 0 && html`${zoomBar()}<div class="runs">${card(track, scene.durationS, reasons)}</div>`}
</section>`;
  const footer = "Real time, as it was: a limit is what the server told.";
  return renderPage({ title, kind: "report of a run", body, data: { scenes: [scene] }, footer });
}

const LIMIT_NAME = "limit told";

function card(track: Track, durationS: number, reasons: readonly ReasonCount[]): Html {
  const { waiting, decisions } = track;
  const total = reasons.reduce((sum, { count }) => sum + count, 0);
  const lanes = decisions.lanes.length;
  return html`<article class="run">
${ratesFigures(track, 0, { title: "rate and limit", limit: "the server told" })}
${lanes > 0 && chart({ kind: "decisions", track: 0, height: 40 + 24 * lanes, title: "Decisions", unit: "why the rate was ▲ raised, ● held, ▼ lowered", words: `${numberText(total)} decisions; the table below counts their reasons.` })}
${chart({ kind: "in-flight", track: 0, height: 130, title: "Queue", unit: "requests that wait in this process, and those whose answer has not begun", words: `At most ${peak(waiting.queued)} queued and ${peak(waiting.inFlight)} awaiting headers.` })}
${chart({ kind: "wait", track: 0, height: 130, title: "Wait before a first try", unit: "half waited less than p50, 99 of 100 less than p99", words: waitWords(track) })}
${total > 0 && reasonsTable(reasons)}
${dataTable(track, durationS, LIMIT_NAME)}
</article>`;
}

function waitWords({ waiting }: Track): string {
  const most = waiting.p99.reduce<number>((top, wait) => Math.max(top, wait ?? 0), 0);
  return `At its longest, 99 of 100 waited less than ${durationText(most * 1_000)}.`;
}

function tableOf({ caption, heads, rows }: RunTable): Html {
  return html`<div class="scroll"><table>
<caption>${caption}</caption>
<thead><tr>${heads.map((name, index) => html`<th scope="col"${index > 0 && NUMBER}>${name}</th>`)}</tr></thead>
<tbody>${rows.map(([first, ...cells]) => html`<tr><th scope="row">${first}</th>${cells.map((cell) => html`<td class="number">${cell}</td>`)}</tr>`)}</tbody>
</table></div>`;
}

const NUMBER = html` class="number"`;
