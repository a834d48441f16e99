import { meaningOf } from "../../src/control/reasons.js";
import { type Html, html } from "../../src/page/html.js";
import type { LoggedDecision } from "../world/log.js";
import type { ReasonCount } from "./reasons.js";
import { clockText, numberText } from "./units.js";

const ARROWS: Readonly<Record<LoggedDecision["move"], string>> = {
  increase: "▲ increase",
  hold: "● hold",
  decrease: "▼ decrease",
};

/** Why a controller did what it did, and how often. */
export function reasonsTable(reasons: readonly ReasonCount[]): Html {
  const total = reasons.reduce((sum, { count }) => sum + count, 0);
  return html`<details><summary>Reasons and how often: ${numberText(total)} decisions</summary><div class="scroll"><table>
<thead><tr><th scope="col">Reason</th><th scope="col">Move</th><th scope="col" class="number">Count</th><th scope="col" class="number">Rate, typically</th><th scope="col" class="number">First</th><th scope="col" class="number">Last</th><th scope="col">What it means</th></tr></thead>
<tbody>${reasons.map(reasonRow)}</tbody>
</table></div></details>`;
}

function reasonRow({ because, move, count, typicalChange, firstAtMs, lastAtMs }: ReasonCount): Html {
  return html`<tr><th scope="row"><code>${because}</code></th><td class="${move}">${ARROWS[move]}</td><td class="number">${numberText(count)}</td><td class="number">${changeText(typicalChange)}</td><td class="number">${clockText(firstAtMs)}</td><td class="number">${clockText(lastAtMs)}</td><td class="why">${meaningOf(because)}</td></tr>`;
}

function changeText(ratio: number): string {
  if (Number.isNaN(ratio)) return "–";
  const percent = (ratio - 1) * 100;
  const text = Math.abs(percent).toFixed(Math.abs(percent) < 10 ? 1 : 0);
  if (Number(text) === 0) return "same";
  return `${percent < 0 ? "−" : "+"}${text} %`;
}
