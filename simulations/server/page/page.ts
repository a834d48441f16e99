import type { Answer } from "../../../src/page/answer.js";
import { readChartAssets, readPageScript } from "../../../src/page/assets.js";
import { GONE, LINK, OVER } from "../../../src/page/connection.js";
import { pageHead } from "../../../src/page/head.js";
import { pageHeaders } from "../../../src/page/headers.js";
import { html, trusted } from "../../../src/page/html.js";
import { LIVE_STYLE } from "../../../src/page/live-style.js";
import { STYLE } from "../../../src/page/style.js";

let page: Answer | undefined;

/** The page that shows a running server. It is the same for all: what there is to show it asks for, and shows as text. */
export function livePage(): Answer {
  page ??= render();
  return page;
}

/** Organisations have long names. */
const OWN_STYLE = "[data-lanes] td:nth-child(2) { min-width: 9.5rem; }";

/** Spans of time that can be shown, in seconds. */
const SPANS = [
  [60, "minute"],
  [300, "5 minutes"],
  [900, "15 minutes"],
  [3_600, "hour"],
] as const;

const LANE_HEADS = [
  "model",
  "organisation",
  "limit now",
  "tokens",
  "in flight",
  "accepted",
  "throttled (429)",
  "overloaded (503)",
  "saturated (429)",
];
const JOB_HEADS = ["job", "kind", "organisation", "status", "requests", "ordered at", "ends"];
/** From here on columns are numbers. */
const NUMBERS = new Set(LANE_HEADS.slice(4).concat("requests"));

function render(): Answer {
  const assets = readChartAssets();
  const styles = [assets.style, STYLE, LIVE_STYLE, OWN_STYLE];
  const scripts = [readPageScript("server")];
  const heads = (names: readonly string[]) =>
    names.map((name) => html`<th scope="col"${NUMBERS.has(name) && trusted(' class="number"')}>${name}</th>`);
  const { text } = html`<!doctype html>
<html lang="en">
${pageHead({ title: "simulated server – sluice", styles })}
<body>
<main>
<header class="page"><p class="brand">sluice <span>simulated server</span></p>${LINK}<button type="button" data-theme-button>Colours: auto</button></header>
${GONE}
<noscript><p class="note">This page needs JavaScript, which is in it. <a href="/__state">/__state</a> has the same as JSON.</p></noscript>
<section>
<h1>What this server does</h1>
${OVER}
<p class="facts"><span>speaks <b data-provider>–</b></span><span>headers <b data-headers>–</b></span><span>seed <b data-seed>–</b></span><span>running <b data-uptime>–</b></span><span>is <b data-out>–</b></span></p>
</section>
<section data-story hidden>
<h2 data-story-name></h2>
<p class="story" data-story-text></p>
<p class="facts"><label>its story <progress data-story-progress></progress></label><b data-story-time></b></p>
</section>
<section aria-labelledby="who">
<h2 id="who">Models and organisations</h2>
<p class="note" data-empty>Nobody has asked for anything yet.</p>
<div data-some hidden>
<div class="scroll" role="region" aria-labelledby="who" tabindex="0">
<table><caption>Since the start; the limit is what would be let in now</caption><thead><tr>${heads(LANE_HEADS)}</tr></thead><tbody data-lanes></tbody></table>
</div>
<p class="zoom"><label>Shown: the last <select data-span>${SPANS.map(
    ([seconds, words]) => html`<option value="${seconds}"${seconds === 300 && trusted(" selected")}>${words}</option>`,
  )}</select></label><span class="hint" data-more></span></p>
<div class="runs" data-charts></div>
</div>
</section>
<section data-jobs-section aria-labelledby="jobs" hidden>
<h2 id="jobs">Jobs</h2>
<div class="scroll" role="region" aria-labelledby="jobs" tabindex="0">
<table><caption>Fine-tuning jobs and batches, the latest first</caption><thead><tr>${heads(JOB_HEADS)}</tr></thead><tbody data-jobs></tbody></table>
</div>
</section>
<section aria-labelledby="settings">
<h2 id="settings">Settings</h2>
<dl class="settings" data-settings></dl>
</section>
<footer>The same as JSON: <a href="/__state">/__state</a>. Charts by uPlot.<details><summary>Licence of uPlot</summary><pre>${assets.license}</pre></details></footer>
</main>
${scripts.map((script) => html`<script>${trusted(script)}</script>`)}
</body>
</html>
`;
  return { status: 200, headers: pageHeaders(scripts, styles), content: text };
}
