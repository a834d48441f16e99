import { mean } from "../../../simulations/measure/mean.js";
import type { MetricName } from "../../../simulations/measure/metrics.js";
import type { Judgement } from "../../../simulations/run/judge.js";
import type { Run, Simulation } from "../../../simulations/simulate.js";
import type { Paint } from "../batch/panel.js";
import { plural } from "../batch/words.js";
import { type Cell, renderTable } from "../table.js";
import { boundFigure, figure, missedFigure } from "./figures.js";
import { commandText, wrapped } from "./words.js";

/** How results are shown. */
export interface OutcomeLook {
  readonly paint: Paint;
  readonly columns: number;
}

/** Metrics that stand in the table, with their titles; all others are in `--json`. */
const SHOWN = [
  ["goodput", "goodput"],
  ["refused", "refused"],
  ["waitP99Ms", "p99 wait"],
] as const satisfies readonly (readonly [MetricName, string])[];

/** A row for each scenario and contestant, means over the seeds. Where it would be too wide, missed bounds are only counted. */
export function outcomeTable(simulation: Simulation, { paint, columns }: OutcomeLook): string {
  const plain = tableOf(simulation, (_, text) => text, false);
  const isBrief = plain.split("\n").some((line) => line.length > columns);
  return tableOf(simulation, paint, isBrief);
}

function tableOf({ runs, judgements, failures }: Simulation, paint: Paint, isBrief: boolean): string {
  const rows = groups([...runs, ...failures]).map(({ scenario, contestant }) => {
    const isOf = (each: { scenario: string; contestant: string }): boolean =>
      each.scenario === scenario && each.contestant === contestant;
    const own = runs.filter(isOf);
    return {
      contestant,
      cells: [
        scenario,
        contestant,
        ...SHOWN.map(([name]) => figure(name, mean(own.map(({ metrics }) => metrics[name])))),
        failures.some(isOf) ? failedCell : boundsCell(judgements.filter(isOf), isBrief),
      ],
    };
  });
  const hasOthers = rows.some(({ contestant }) => contestant !== "sluice");
  const columns = [
    { title: "scenario", align: "left" },
    { title: "contestant", align: "left" },
    ...SHOWN.map(([, title]) => ({ title })),
    { title: "bounds", align: "left" },
  ] as const;
  const visible = <T>(list: readonly T[]): readonly T[] => list.filter((_, index) => hasOthers || index !== 1);
  return renderTable(
    visible(columns),
    rows.map(({ cells }) => visible<Cell>(cells)),
    paint,
  );
}

/** Every bound that was missed, with what came of it and the command that shows it again. */
export function violationText(
  judgement: Judgement,
  { again, look }: { readonly again: (judgement: Judgement) => readonly string[]; readonly look: OutcomeLook },
): string {
  const { scenario, contestant, bound, values, value, worstSeed } = judgement;
  const { metric, over = "mean", within, because } = bound;
  const seedValue = values.find(({ seed }) => seed === worstSeed)?.value ?? Number.NaN;
  const where = within === undefined ? "" : ` from ${within.fromMs / 1_000} s to ${within.untilMs / 1_000} s`;
  const what = Number.isNaN(value)
    ? `nothing to measure with seed ${worstSeed}`
    : [
        `${over === "worst" || values.length === 1 ? "" : "mean "}${missed(judgement, value)}`,
        values.length === 1 ? `seed ${worstSeed}` : `worst ${figure(metric, seedValue)} with seed ${worstSeed}`,
      ].join(", ");
  return [
    `  ${look.paint("bold", scenario)}: ${metric} of ${contestant}${where} must be ${demand(judgement)}`,
    `    ${look.paint("red", what)}`,
    ...(because === undefined ? [] : [look.paint("dim", wrapped(because, { width: look.columns, indent: "    " }))]),
    `    ${commandText(again(judgement))}`,
  ].join("\n");
}

/** One line over all bounds. */
export function verdict(judgements: readonly Judgement[], paint: Paint): string {
  const missedCount = judgements.filter(({ holds }) => !holds).length;
  const held = judgements.length - missedCount;
  if (judgements.length === 0) return "no bounds to hold";
  const heldText = `${plural(held, "bound")} held`;
  if (missedCount === 0) return paint("green", heldText);
  return `${heldText}, ${paint("red", `${missedCount} missed`)}`;
}

const failedCell: Cell = { text: "failed", style: "red" };

function boundsCell(judgements: readonly Judgement[], isBrief: boolean): Cell {
  if (judgements.length === 0) return { text: "none", style: "dim" };
  const [first, ...more] = judgements.filter(({ holds }) => !holds);
  if (first === undefined) return { text: `${judgements.length} held`, style: "green" };
  if (isBrief) return { text: `${more.length + 1} of ${judgements.length} missed`, style: "red" };
  const rest = more.length === 0 ? "" : `, ${more.length} more`;
  return { text: `${first.bound.metric} ${comparison(first)}${rest}`, style: "red" };
}

/** `0.951 < 0.99`. */
function comparison({ bound: { metric, atLeast, atMost }, value }: Judgement): string {
  if (Number.isNaN(value)) return "not measured";
  if (atLeast !== undefined && value < atLeast) {
    return `${missedFigure(metric, value, atLeast)} < ${boundFigure(metric, atLeast)}`;
  }
  return atMost === undefined ? "" : `${missedFigure(metric, value, atMost)} > ${boundFigure(metric, atMost)}`;
}

function missed({ bound: { metric, atLeast, atMost } }: Judgement, value: number): string {
  const bound = atLeast !== undefined && value < atLeast ? atLeast : atMost;
  return bound === undefined ? figure(metric, value) : missedFigure(metric, value, bound);
}

function demand({ bound: { metric, atLeast, atMost } }: Judgement): string {
  const parts = [
    ...(atLeast === undefined ? [] : [`at least ${boundFigure(metric, atLeast)}`]),
    ...(atMost === undefined ? [] : [`at most ${boundFigure(metric, atMost)}`]),
  ];
  return parts.join(" and ");
}

function groups(
  runs: readonly Pick<Run, "scenario" | "contestant">[],
): readonly Pick<Run, "scenario" | "contestant">[] {
  const found = new Map(
    runs.map(({ scenario, contestant }) => [`${scenario} ${contestant}`, { scenario, contestant }]),
  );
  const scenarios = [...new Set(runs.map(({ scenario }) => scenario))];
  return scenarios.flatMap((scenario) => [...found.values()].filter((each) => each.scenario === scenario));
}
