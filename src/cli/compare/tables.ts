import type { Comparison } from "../../../simulations/compare/compare.js";
import { type Beaten, frontOf } from "../../../simulations/compare/pareto.js";
import type { Standing } from "../../../simulations/compare/standing.js";
import { mean } from "../../../simulations/measure/mean.js";
import type { Paint } from "../batch/panel.js";
import { figure } from "../simulate/figures.js";
import { type Cell, renderTable } from "../table.js";

/** All contestants of one scenario; a dot marks who is beaten by none of those who had to find the limit by themselves. */
export function scenarioTable(standings: readonly Standing[], paint: Paint): string {
  const front = frontOf(standings);
  const rows = standings.map((each): readonly Cell[] => [
    nameCell(each),
    figure("goodput", each.goodput),
    figure("refused", each.refused),
    figure("waitP99Ms", each.waitP99Ms),
    front.has(each) ? { text: "●", style: "green" } : "",
    { text: natureText(each), style: "dim" },
  ]);
  const columns = [
    { title: "contestant", align: "left" },
    ...["goodput", "refused", "p99 wait"].map((title) => ({ title })),
    { title: "", align: "left" },
    { title: "", align: "left" },
  ] as const;
  return renderTable(columns, rows, paint);
}

/** A row for each contestant over all scenarios: the means, the worst, and how often it is ahead of sluice on both axes. */
export function summaryTable({ standings, beaten }: Comparison, paint: Paint): string {
  const names = [...new Set(standings.map(({ contestant }) => contestant))];
  const rows = names.map((name): readonly Cell[] => {
    const own = standings.filter(({ contestant }) => contestant === name);
    const goodputs = own.map(({ goodput }) => goodput).filter((value) => !Number.isNaN(value));
    const refused = own.map((each) => each.refused).filter((value) => !Number.isNaN(value));
    const ahead = beaten.filter(({ rival }) => rival === name).length;
    const [first] = own;
    return [
      first === undefined ? name : nameCell(first),
      `${own.length}`,
      figure("goodput", mean(goodputs)),
      figure("goodput", Math.min(...goodputs)),
      figure("refused", mean(refused)),
      figure("refused", Math.max(...refused)),
      ahead === 0 ? "" : { text: `${ahead}`, style: "yellow" },
      { text: first === undefined ? "" : natureText(first), style: "dim" },
    ];
  });
  const columns = [
    { title: "contestant", align: "left" },
    ...["scenarios", "goodput", "worst", "refused", "worst", "ahead"].map((title) => ({ title })),
    { title: "", align: "left" },
  ] as const;
  return renderTable(columns, rows, paint);
}

/** One line for each case in which a rival is better than sluice on one axis and no worse on the other. */
export function beatenTable(beaten: readonly Beaten[], paint: Paint): string {
  const axes = (goodput: number, refused: number): Cell[] => [figure("goodput", goodput), figure("refused", refused)];
  const rows = beaten.map(({ scenario, rival, rivalAxes, ownAxes, told }): readonly Cell[] => [
    scenario,
    rival,
    ...axes(rivalAxes.goodput, rivalAxes.refused),
    ...axes(ownAxes.goodput, ownAxes.refused),
    { text: told === undefined ? "" : "told the limit", style: "dim" },
  ]);
  const columns = [
    { title: "scenario", align: "left" },
    { title: "rival", align: "left" },
    ...["goodput", "refused", "sluice", "refused"].map((title) => ({ title })),
    { title: "", align: "left" },
  ] as const;
  return renderTable(columns, rows, paint);
}

function nameCell({ contestant }: Standing): Cell {
  return contestant === "sluice" ? { text: contestant, style: "bold" } : contestant;
}

/** What must be known of a contestant to judge its figures. */
function natureText({ told, isReimplemented }: Standing): string {
  return [told === undefined ? "" : "told the limit", isReimplemented === true ? "written anew from its source" : ""]
    .filter((text) => text !== "")
    .join(", ");
}
