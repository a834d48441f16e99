import { type Html, html } from "../../src/page/html.js";
import { renderPage } from "../report/page.js";
import type { PageData } from "../report/page-data.js";
import { chart } from "../report/run-card.js";
import { metricText } from "../report/units.js";
import type { Scenario } from "../world/scenario.js";
import type { Comparison } from "./compare.js";
import { frontOf } from "./pareto.js";
import type { Standing } from "./standing.js";

/** One HTML page that needs nothing else: for each scenario who stands where, as a picture and as a table. */
export function renderLeaderboard(scenarios: readonly Scenario[], { standings, beaten }: Comparison): string {
  const boards = scenarios.map((scenario) => {
    const own = standings.filter((each) => each.scenario === scenario.name);
    return { scenario, own, front: frontOf(own) };
  });
  const data: PageData = {
    scenes: boards.map(({ own, front }) => ({
      durationS: 1,
      tracks: [],
      standings: own.filter(isPlaced).map((each) => {
        const { contestant, told, goodput, refused, seeds } = each;
        const name = told === undefined ? contestant : `${contestant} (told)`;
        return { name, goodput, refused, isOnFront: front.has(each), seeds: seeds.filter(isPlaced) };
      }),
    })),
  };
  const ahead = beaten.filter(({ told }) => told === undefined);
  const body = html`<section><h1>Sluice and what people use instead</h1>
<p class="story">Goodput is what was accepted, as a share of what a clairvoyant gets through; refused is what the server didn’t let in, of all tries. Best is above and to the left; who is filled is beaten by none of those who had to find the limit by themselves. ${
    ahead.length === 0
      ? "No rival that wasn’t told the limit is ahead of sluice on both."
      : `A rival that wasn’t told the limit is ahead of sluice on both in ${ahead.length} places.`
  }</p></section>
${boards.map(({ scenario, own, front }, index) => board(scenario, own, front, index))}`;
  return renderPage({ title: "Leaderboard", kind: "leaderboard", body, data });
}

function board(scenario: Scenario, own: readonly Standing[], front: ReadonlySet<Standing>, index: number): Html {
  const { name, story } = scenario;
  const words = own.map(({ contestant, goodput, refused }) => {
    return `${contestant}: goodput ${metricText("goodput", goodput)}, refused ${metricText("refused", refused)}`;
  });
  return html`<section data-scene="${index}" id="scene-${index}" aria-labelledby="title-${index}">
<header><h2 id="title-${index}">${name}</h2><p class="story">${story}</p></header>
${chart({
  kind: "standings",
  title: "Who stands where",
  unit: "goodput as a share of the clairvoyant’s, against what was refused of all tries; small dots are seeds",
  words: `${words.join("; ")}.`,
  height: 300,
})}
<details><summary>As a table</summary><div class="scroll"><table>
<thead><tr><th scope="col">Contestant</th><th scope="col" class="number">goodput</th><th scope="col" class="number">refused</th><th scope="col" class="number">p99 wait</th><th scope="col">Seeds</th><th scope="col">Beaten by none</th><th scope="col">Note</th></tr></thead>
<tbody>${own.map((each) => row(each, front.has(each)))}</tbody>
</table></div></details>
</section>`;
}

function row({ contestant, told, isReimplemented, seeds, ...means }: Standing, isOnFront: boolean): Html {
  const notes = [told && "told the limit", isReimplemented && "written anew from its source"].filter(Boolean);
  return html`<tr><th scope="row">${contestant}</th>${(["goodput", "refused", "waitP99Ms"] as const).map((name) => html`<td class="number">${metricText(name, means[name])}</td>`)}<td>${seeds.length}</td><td>${isOnFront && "●"}</td><td class="why">${notes.join(", ")}</td></tr>`;
}

function isPlaced({ goodput, refused }: { readonly goodput: number; readonly refused: number }): boolean {
  return !Number.isNaN(goodput + refused);
}
