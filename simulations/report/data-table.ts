import { type Html, html } from "../../src/page/html.js";
import type { Gaps, Numbers, Track } from "./page-data.js";
import { clockText, durationText, numberText, shareText } from "./units.js";

const ROWS_MAX = 60;

/** What the charts of a run show, as numbers: for those who can't see them, and for those who want to be exact. */
export function dataTable(track: Track, durationS: number, limitName = "true limit"): Html {
  const bins = track.waiting.queued.length;
  const size = Math.ceil(bins / ROWS_MAX);
  const rows = Array.from({ length: Math.ceil(bins / size) }, (_, row) =>
    rowOf(track, row * size, Math.min(bins, (row + 1) * size), durationS),
  );
  return html`<details><summary>The charts as a table</summary><div class="scroll"><table>
<thead><tr><th scope="col" class="number">From</th>${headsOf(track, limitName).map((name) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead>
<tbody>${rows}</tbody>
</table></div></details>`;
}

/** Where there is nobody to compare with there is no share. */
function headsOf({ goodput }: Track, limitName: string): readonly string[] {
  const heads = [capital(limitName), "Rate", "Accepted", "429", "503", "Failed", "Queued", "Wait p99"];
  return goodput.optimum.some((count) => count > 0) ? [...heads, "Share so far"] : heads;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function rowOf(track: Track, from: number, until: number, durationS: number): Html {
  const { models, waiting, goodput, binS } = track;
  const over = <T>(list: readonly T[]): readonly T[] => list.slice(from, until);
  const perSecond = (lists: readonly Gaps[]): string => {
    const means = lists.map((list) => mean(over(list))).filter((value) => !Number.isNaN(value));
    return means.length === 0 ? "–" : `${rounded(sum(means))}/s`;
  };
  const counted = (lists: readonly Numbers[]): string => numberText(sum(lists.map((list) => sum(over(list)))));
  const untilS = Math.min(durationS, until * binS);
  const cells = [
    perSecond(models.map(({ limit }) => limit)),
    perSecond(models.map(({ rate }) => rate)),
    perSecond(models.map(({ accepted }) => accepted)),
    ...(["429", "503", "lost"] as const).map((kind) => counted(models.map(({ refusals }) => refusals[kind]))),
    numberText(over(waiting.queued).at(-1) ?? 0),
    waitText(over(waiting.p99)),
    ...(goodput.optimum.some((count) => count > 0) ? [shareSoFar(goodput, untilS)] : []),
  ];
  return html`<tr><th scope="row" class="number">${clockText(from * binS * 1_000)}</th>${cells.map((cell) => html`<td class="number">${cell}</td>`)}</tr>`;
}

function shareSoFar({ own, optimum, binS }: Track["goodput"], untilS: number): string {
  const bins = Math.max(1, Math.ceil(untilS / binS));
  const possible = sum(optimum.slice(0, bins));
  return possible === 0 ? "–" : shareText(sum(own.slice(0, bins)) / possible);
}

function waitText(waits: Gaps): string {
  const known = waits.filter((wait) => wait !== null);
  return known.length === 0 ? "–" : durationText(Math.max(...known) * 1_000);
}

function sum(values: Numbers): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: Gaps): number {
  const known = values.filter((value) => value !== null);
  return sum(known) / known.length;
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
