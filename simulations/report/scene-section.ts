import { type Html, html } from "../../src/page/html.js";
import { describeScenario } from "./describe.js";
import { headlines, leaderboard, metricsTable } from "./metrics-table.js";
import type { Scene } from "./page-data.js";
import { chart, runCard } from "./run-card.js";
import type { ScenarioRuns } from "./scene.js";
import { shareText } from "./units.js";
import { boundsOf, boundsTable, verdictBadge } from "./verdicts.js";
import { zoomBar } from "./zoom-bar.js";

/** One scenario: its story, what came of it, who stood where, and each run that is drawn. */
export function sceneSection({ scenario, runs, drawn }: ScenarioRuns, scene: Scene, index: number): Html {
  const bounds = boundsOf(runs);
  const contestants = [...new Set(runs.map(({ contestant }) => contestant))];
  const seeds = [...new Set(runs.map(({ seed }) => seed))];
  const [only] = runs.length === 1 ? runs : [];
  const laneCount = Math.max(0, ...scene.tracks.map(({ decisions }) => decisions.lanes.length));
  const facts = [
    ...describeScenario(scenario),
    [contestants.length === 1 ? "Contestant" : "Contestants", contestants.join(", ")] as const,
    [seeds.length === 1 ? "Seed" : "Seeds", seeds.join(", ")] as const,
  ];
  return html`<section data-scene="${index}" id="scene-${index}" aria-labelledby="title-${index}">
<header><h2 id="title-${index}">${scenario.name} ${verdictBadge(bounds)}</h2>
<p class="story">${scenario.story}</p>
${only && headlines(only)}
<dl>${facts.map(([term, words]) => html`<div><dt>${term}</dt><dd>${words}</dd></div>`)}</dl></header>
${boundsTable(bounds)}
${only === undefined && leaderboard(runs, scene.standings)}
<details><summary>All metrics</summary>${metricsTable(runs)}</details>
${only === undefined && comparison(scene, contestants.length)}
${zoomBar()}
${drawn.length < runs.length && html`<p class="note">Charts of ${drawn.length} of ${runs.length} runs, the first seeds of each contestant; the tables tell of all.</p>`}
<div class="runs">${drawn.map((run, position) => {
    const track = scene.tracks[position];
    return track && runCard(run, track, { scene: index, index: position, hasFacts: only === undefined, laneCount });
  })}</div>
</section>`;
}

function comparison(scene: Scene, contestants: number): Html {
  const words = scene.standings.map(
    ({ name, goodput, refused }) => `${name}: goodput ${shareText(goodput)}, refused ${shareText(refused)}`,
  );
  const places = chart({
    kind: "standings",
    title: "Who stands where",
    unit: "goodput as a share of the clairvoyant’s; best is above and to the left; filled: nobody is better on both axes",
    words: `${words.join("; ")}.`,
    height: 300,
  });
  const behind = chart({
    kind: "behind",
    title: "Requests behind the clairvoyant",
    unit: "since the start; where a line is steep, something was lost",
    words: "The last column of each run's table tells the same as a share.",
    height: 300,
  });
  return html`<div class="pair">${contestants > 1 && scene.standings.length > 0 && places}${behind}</div>`;
}
