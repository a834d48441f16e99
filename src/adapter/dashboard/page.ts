import type { Answer } from "../../page/answer.js";
import { readChartAssets, readPageScript } from "../../page/assets.js";
import { GONE, LINK, OVER } from "../../page/connection.js";
import { pageHead } from "../../page/head.js";
import { pageHeaders } from "../../page/headers.js";
import { type Html, html, trusted } from "../../page/html.js";
import { LIVE_STYLE } from "../../page/live-style.js";
import { STYLE } from "../../page/style.js";
import { CARD_STYLE } from "./card-style.js";

let page: Answer | undefined;

/** The page that shows a sluice at work. It is the same for all: what there is to show it asks for, and shows as text. */
export function livePage(): Answer {
  page ??= render();
  return page;
}

/** Spans of time that can be shown, in seconds. */
const SPANS = [
  [60, "minute"],
  [300, "5 minutes"],
  [900, "15 minutes"],
] as const;

const PROGRESS_HEADS = ["model", "done", "in flight", "queued", "rate", "limit", "failed", "tokens", "left"];
const BUDGET_HEADS = [
  ...["key", "budget", "phase", "rate", "limit", "left", "whole in"],
  ...["queued", "in flight", "accepted", "429", "503", "store"],
];

function render(): Answer {
  const { style, license } = readChartAssets();
  const styles = [style, STYLE, LIVE_STYLE, CARD_STYLE];
  const scripts = [readPageScript("live")];
  const { text } = html`<!doctype html>
<html lang="en">
${pageHead({ title: "sluice", styles })}
<body>
<main>
<header class="page"><p class="brand">sluice <span data-kind>live</span></p>${LINK}<button type="button" data-theme-button>Colours: auto</button></header>
${GONE}
<p class="alert" role="alert" data-refused hidden></p>
<noscript><p class="note">This page needs JavaScript, which is in it.</p></noscript>
<section class="head" aria-labelledby="title">
<div class="headline"><h1 id="title" data-title>sluice</h1><button type="button" data-hold>Pause all</button></div>
${OVER}
<p class="facts" data-traffic hidden></p>
${runPart()}
</section>
<section aria-labelledby="models">
<h2 id="models">Models</h2>
<p class="note" data-empty>Nothing was sent yet.</p>
<div data-some hidden>
<p class="zoom"><label>Shown: the last <select data-span>${SPANS.map(
    ([seconds, words]) => html`<option value="${seconds}"${seconds === 300 && trusted(" selected")}>${words}</option>`,
  )}</select></label><span class="hint" data-more></span></p>
<div class="runs" data-cards></div>
</div>
</section>
<section data-decisions-part aria-labelledby="why" hidden>
<h2 id="why">What was decided, and why</h2>
${tableOf("The latest decisions", ["at", "model", "move", "rate", "because"], "decisions")}
</section>
<section data-budgets-part aria-labelledby="all" hidden>
<h2 id="all">All budgets</h2>
${tableOf("What is allowed, and what became of all tries since the key was first seen", BUDGET_HEADS, "budgets")}
</section>
<footer>Charts by uPlot.<details><summary>Licence of uPlot</summary><pre>${license}</pre></details></footer>
</main>
${scripts.map((script) => html`<script>${trusted(script)}</script>`)}
</body>
</html>
`;
  return { status: 200, headers: pageHeaders(scripts, styles), content: text };
}

/** What only a run has: how far it is, how long it takes, what failed. */
function runPart(): Html {
  return html`<div data-run hidden>
<pre class="ending" role="status" data-ending hidden></pre>
<progress aria-label="Requests done" data-done></progress>
<ul class="headlines"><li><strong data-share>–</strong><span data-counts></span></li><li><strong data-left>–</strong>left</li><li><strong data-elapsed>–</strong>since its start</li><li><strong data-failed>–</strong>failed</li><li><strong data-tokens>–</strong>tokens</li></ul>
${tableOf("Progress, by model", PROGRESS_HEADS, "progress")}
<div data-failures-part hidden>${tableOf("Failures of this run, by kind", ["kind", "times"], "failures")}</div>
<p class="note">Results: <span data-files></span></p>
</div>`;
}

function tableOf(caption: string, heads: readonly string[], name: string): Html {
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
<table><caption>${caption}</caption><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody${trusted(` data-${name}`)}></tbody></table>
</div>`;
}
