import type { MetricName } from "../../../simulations/measure/metrics.js";
import type { WhatIf } from "../../../simulations/replay/what-if.js";
import type { Paint } from "../batch/panel.js";
import { figure } from "../simulate/figures.js";
import { type Cell, renderTable } from "../table.js";

const SHOWN = [
  ["goodput", "goodput"],
  ["refused", "refused"],
  ["throttled", "429s"],
  ["overloaded", "503s"],
  ["waitP50Ms", "p50 wait"],
  ["waitP99Ms", "p99 wait"],
] as const satisfies readonly (readonly [MetricName, string])[];

/** A row for what was recorded, and one for each who ran in front of the guessed server: means over the seeds. */
export function whatIfTable({ recorded, simulation }: WhatIf, paint: Paint): string {
  const names = [...new Set(simulation.runs.map(({ contestant }) => contestant))];
  const rows = names.map((name): readonly Cell[] => {
    const own = simulation.runs.filter(({ contestant }) => contestant === name);
    return [
      name,
      ...SHOWN.map(([metric]) =>
        figure(metric, own.reduce((sum, { metrics }) => sum + metrics[metric], 0) / own.length),
      ),
    ];
  });
  const first: readonly Cell[] = [
    { text: "recorded", style: "bold" },
    ...SHOWN.map(([metric]) => figure(metric, recorded[metric])),
  ];
  const columns = [{ title: "", align: "left" }, ...SHOWN.map(([, title]) => ({ title }))] as const;
  return renderTable(columns, [first, ...rows], paint);
}
