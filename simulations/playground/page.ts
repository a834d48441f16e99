import { readChartAssets, readPageScript } from "../../src/page/assets.js";
import { pageHead } from "../../src/page/head.js";
import { type Content, type Html, html, json, trusted } from "../../src/page/html.js";
import { STYLE } from "../../src/page/style.js";
import { SCENARIOS } from "../scenarios/index.js";
import { PLAYERS } from "./contestants.js";
import { FIELDS, type Field, type Group } from "./fields.js";
import { GUIDE } from "./guide.js";
import { PLAYGROUND_STYLE } from "./page-style.js";
import { CONTESTANTS_MAX, TUNED } from "./settings.js";

/** It loads nothing: its worker is in it too, as text that becomes a file of its own. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; worker-src blob:; img-src data:; base-uri 'none'; form-action 'none'";

const ABOUT = html`
<meta name="description" content="Watch rate controllers meet an API's limit: the production code, simulated in your browser.">
<link rel="icon" href="data:,">`;

/** What the page's script finds in it. */
export interface PlaygroundData {
  readonly stories: Readonly<Record<string, string>>;
  readonly contestants: readonly string[];
}

/** The whole playground as one HTML page: it opens from a file, and any web host can serve it. */
export function renderPlayground(): string {
  const { style, license } = readChartAssets();
  const data: PlaygroundData = {
    stories: Object.fromEntries(SCENARIOS.map(({ name, story }) => [name, story])),
    contestants: PLAYERS,
  };
  return html`<!doctype html>
<html lang="en">
${pageHead({ title: "playground – sluice", styles: [style, STYLE, PLAYGROUND_STYLE], policy: POLICY, more: ABOUT })}
<body>
<main>
<header class="page"><p class="brand">sluice <span>playground</span></p><nav aria-label="Views"><button type="button" data-view="guide">AIMD in a minute</button><button type="button" data-view="bench">Playground</button></nav><button type="button" data-theme-button>Colours: auto</button></header>
<noscript><p class="note">The playground simulates in your browser: it needs JavaScript, which is in this page.</p></noscript>
<div class="alert" role="alert" data-alert hidden><span data-alert-text></span><button type="button" data-alert-again hidden>Start again</button></div>
${guideSection()}
${benchSection()}
<footer>Everything is simulated here, with the code that runs in production; nothing is sent anywhere. Charts by uPlot.<details><summary>Licence of uPlot</summary><pre>${license}</pre></details></footer>
</main>
<script type="application/json" id="data">${json(data)}</script>
<script type="text/plain" id="worker">${trusted(readPageScript("playground_worker"))}</script>
<script>${trusted(readPageScript("playground"))}</script>
</body>
</html>
`.text;
}

function guideSection(): Html {
  return html`<section data-section="guide" aria-label="AIMD in a minute" hidden>
<ol class="steps">${GUIDE.map(({ title }, index) => html`<li><button type="button" data-step="${index}">${index + 1} <span>${title}</span></button></li>`)}</ol>
<div class="lesson">
<div class="words"><h1 data-guide-title tabindex="-1"></h1><div data-guide-text></div>
<div class="onward"><button type="button" class="main" data-guide-next>Next</button><button type="button" data-guide-again>Watch again</button><button type="button" data-guide-open>Take it apart</button></div></div>
<div class="runs" data-guide-runs></div>
<p class="look" data-guide-look></p>
</div>
</section>`;
}

function benchSection(): Html {
  return html`<section data-section="bench" aria-label="Playground" hidden>
<h1 class="sr">Playground</h1>
<div class="bench">
<aside class="settings" aria-label="Settings"><details open data-settings-fold><summary>Settings <span class="note">a change starts anew</span></summary>${form()}</details></aside>
<div>
${transport()}
${knobs()}
<p class="pacewords"><span data-pace-words></span><span data-page-words></span><span data-changes-words></span></p>
<p class="sr" role="status" data-status></p>
<div class="scroll" role="region" aria-label="Who stands where" tabindex="0"><table class="scores"><caption data-score-caption></caption><thead><tr><th scope="col">Contestant</th>${["Goodput", "Refused", "Tries", "Accepted now", "Queued", "Wait p99"].map((name) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead><tbody data-scores></tbody></table></div>
<p class="zoom"><label>Shown <select data-span aria-label="Stretch of time shown"><option value="0">all so far</option><option value="60">last minute</option><option value="300">last 5 minutes</option><option value="-1">whole run</option></select></label><span data-range></span><span class="hint">drag over a chart to look closer; a double click shows all again</span></p>
<div class="runs" data-runs></div>
<div class="pair" data-together></div>
<section aria-labelledby="decisions-title"><h2 id="decisions-title">The last decisions <select data-decider aria-label="Whose decisions"></select></h2>
<div class="decisions" role="region" aria-label="Decisions, the latest first" tabindex="0"><table><thead><tr><th scope="col" class="number">At</th><th scope="col">What</th><th scope="col">Because</th><th scope="col" class="number">Rate after</th><th scope="col">Budget</th></tr></thead><tbody data-decisions></tbody></table></div></section>
<section aria-label="Take it with you" class="share">
<div><h2>The options as code</h2><p class="told">Those of <b>${TUNED}</b>, as they are set now.</p><pre class="code" tabindex="0" aria-label="The options as code"><code data-code></code></pre><button type="button" data-copy="code">Copy the code</button></div>
<div><h2>The same on the command line</h2><p class="told">Scenario, seed and contestant are all it takes: the numbers are the same.</p><pre class="code" tabindex="0" aria-label="The same on the command line"><code data-command></code></pre><button type="button" data-copy="command">Copy the command</button> <button type="button" data-copy="link">Copy the link to this run</button></div>
</section>
</div>
</div>
</section>`;
}

function transport(): Html {
  return html`<div class="transport" role="group" aria-label="Run">
<button type="button" class="main" data-play>Play</button>
<button type="button" data-step-to="decision">Next decision</button>
<button type="button" data-step-to="second">Next second</button>
<button type="button" data-again>From the start</button>
<label class="pace">Speed <input type="range" min="0" max="1000" step="1" data-speed aria-label="Speed"><output data-speed-text></output></label>
<span class="clock" data-clock>0:00</span>
<progress data-progress max="1" value="0" aria-label="How much of the run is over"></progress>
</div>`;
}

function knobs(): Html {
  const live = FIELDS.filter((field: Field) => field.isLive === true && field.group !== "run");
  return html`<div class="knobs" role="group" aria-label="Change while it runs">
<h2>While it runs <span>from this instant on; the link remembers when</span></h2>
${live.map((field: Field) =>
  field.type === "number"
    ? html`<label class="knob" data-knob-of="${field.group}"><span>${field.label}</span><output data-knob-text="${field.name}"></output><input type="range" min="0" max="1000" step="1" data-knob="${field.name}" aria-label="${knobLabel(field)}"></label>`
    : html`<label class="knob" data-knob-of="${field.group}"><span>${field.label}</span><output></output>${choice(field, "data-knob")}</label>`,
)}
<div class="buttons"><button type="button" data-outage>Outage of 15 s</button><button type="button" data-forget>Forget changes</button></div>
</div>`;
}

function knobLabel({ label, group }: Field): string {
  return group === "control" ? `${label}, of ${TUNED}` : label;
}

function form(): Html {
  const groups: readonly (readonly [Group, string])[] = [
    ["server", "Server"],
    ["workload", "Workload"],
    ["trouble", "Trouble"],
  ];
  return html`<form data-settings>
<label class="field wide"><span>Scenario</span><select name="scenario"><option value="">a server of my own</option>${SCENARIOS.map(({ name }) => html`<option>${name}</option>`)}</select></label>
<p class="told" data-story></p>
${FIELDS.filter((field: Field) => field.name === "seed").map(control)}
<fieldset><legend>Contestants <span class="note">up to ${CONTESTANTS_MAX}; the clairvoyant always runs</span></legend><div class="names">${PLAYERS.map((name) => html`<label><input type="checkbox" name="vs" value="${name}">${name}${name === TUNED && html`<small>tuned by you</small>`}</label>`)}</div></fieldset>
<div data-own>
${FIELDS.filter((field: Field) => field.name === "minutes").map(control)}
${groups.map(([group, title]) => html`<fieldset><legend>${title}</legend>${FIELDS.filter((field: Field) => field.group === group && field.isLive !== true).map(control)}</fieldset>`)}
</div>
</form>`;
}

function control(field: Field): Content {
  const only = html`${field.kinds !== undefined && trusted(` data-kinds="${field.kinds.join(" ")}"`)}${field.workloads !== undefined && trusted(` data-workloads="${field.workloads.join(" ")}"`)}`;
  if (field.type === "choice")
    return html`<label class="field"${only}><span>${field.label}</span>${choice(field, "name")}</label>`;
  const { name, label, min, max, unit, isWhole } = field;
  return html`<label class="field"${only}><span>${label}${unit !== "" && html` <span class="unit">${unit}</span>`}</span><input type="number" name="${name}" min="${min}" max="${max}" step="${isWhole === true ? "1" : "any"}" required></label>`;
}

function choice(field: Field, attribute: "name" | "data-knob"): Html {
  const { name, label, choices } = field as Extract<Field, { type: "choice" }>;
  return html`<select ${trusted(attribute)}="${name}" aria-label="${label}">${choices.map((each) => html`<option>${each}</option>`)}</select>`;
}
