import type { Judgement } from "../../../simulations/run/judge.js";
import type { Paint } from "../batch/panel.js";
import { boundFigure, figure, missedFigure } from "../simulate/figures.js";
import { type Cell, renderTable } from "../table.js";

/** A row for each bound: what was reached, and what was wanted of it. */
export function wantedTable(judgements: readonly Judgement[], paint: Paint): string {
  const rows = judgements.map((judgement, index): readonly Cell[] => {
    const { scenario, contestant, bound, holds } = judgement;
    const { over = "mean", within } = bound;
    const isFirst = scenario !== judgements[index - 1]?.scenario;
    const stretch = within === undefined ? "" : `${within.fromMs / 1_000} s to ${within.untilMs / 1_000} s`;
    return [
      isFirst ? scenario : "",
      contestant,
      bound.metric,
      { text: reached(judgement), style: holds ? "green" : "red" },
      wanted(judgement),
      { text: [over === "worst" ? "worst seed" : "", stretch].filter((text) => text !== "").join(", "), style: "dim" },
    ];
  });
  const columns = [
    { title: "scenario", align: "left" },
    { title: "contestant", align: "left" },
    { title: "metric", align: "left" },
    { title: "reached" },
    { title: "wanted" },
    { title: "", align: "left" },
  ] as const;
  return renderTable(columns, rows, paint);
}

/** With more digits where rounding would hide that it was missed. */
function reached({ bound: { metric, atLeast, atMost }, value, holds }: Judgement): string {
  const nearest = atLeast !== undefined && value < atLeast ? atLeast : atMost;
  return holds || nearest === undefined || Number.isNaN(value)
    ? figure(metric, value)
    : missedFigure(metric, value, nearest);
}

function wanted({ bound: { metric, atLeast, atMost } }: Judgement): string {
  return [
    ...(atLeast === undefined ? [] : [`≥ ${boundFigure(metric, atLeast)}`]),
    ...(atMost === undefined ? [] : [`≤ ${boundFigure(metric, atMost)}`]),
  ].join(", ");
}
