import { type Html, html } from "../../src/page/html.js";
import type { Bound } from "../world/scenario.js";
import type { ReportBound, ReportRun } from "./run.js";
import { clockText, metricText } from "./units.js";

/** The bounds of a scenario, each once. */
export function boundsOf(runs: readonly ReportRun[]): readonly ReportBound[] {
  const byText = new Map<string, ReportBound>();
  for (const { bounds } of runs) {
    for (const { bound, value, holds } of bounds) {
      byText.set(JSON.stringify([bound, String(value)]), { bound, value, holds });
    }
  }
  return [...byText.values()];
}

/** In one word or two: whether all is as it should be. */
export function verdictBadge(bounds: readonly ReportBound[]): Html {
  if (bounds.length === 0) return html`<span class="badge">no bounds</span>`;
  const missed = bounds.filter(({ holds }) => !holds).length;
  const count = bounds.length === 1 ? "1 bound" : `${bounds.length} bounds`;
  if (missed === 0) return html`<span class="badge held">✓ ${count} held</span>`;
  return html`<span class="badge missed">✗ ${missed} of ${count} missed</span>`;
}

/** What was wanted against what came of it. */
export function boundsTable(bounds: readonly ReportBound[]): Html | false {
  if (bounds.length === 0) return false;
  const isArgued = bounds.some(({ bound }) => bound.because !== undefined);
  return html`<div class="scroll"><table>
<caption>Bounds, over all seeds</caption>
<thead><tr><th scope="col">Metric</th><th scope="col">Verdict</th><th scope="col" class="number">Found</th><th scope="col" class="number">Wanted</th><th scope="col">Of</th>${isArgued && html`<th scope="col">Why it stands there</th>`}</tr></thead>
<tbody>${bounds.map((bound) => boundRow(bound, isArgued))}</tbody>
</table></div>`;
}

function boundRow({ bound, value, holds }: ReportBound, isArgued: boolean): Html {
  const { metric, of = "sluice", over = "mean", within, because = "" } = bound;
  const span = within && ` from ${clockText(within.fromMs)} to ${clockText(within.untilMs)}`;
  return html`<tr><th scope="row">${metric}${over === "worst" && " (worst seed)"}${span}</th><td class="${holds ? "held" : "missed"}">${holds ? "✓ held" : "✗ missed"}</td><td class="number">${metricText(metric, value)}</td><td class="number">${wantedText(bound)}</td><td>${of}</td>${isArgued && html`<td class="why">${because}</td>`}</tr>`;
}

function wantedText({ metric, atLeast, atMost }: Bound): string {
  const sides = [
    atLeast !== undefined && `≥ ${metricText(metric, atLeast)}`,
    atMost !== undefined && `≤ ${metricText(metric, atMost)}`,
  ];
  return sides.filter((side) => side !== false).join(", ");
}
