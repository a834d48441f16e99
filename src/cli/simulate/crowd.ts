import { mean } from "../../../simulations/measure/mean.js";
import type { MetricName } from "../../../simulations/measure/metrics.js";
import { quantile } from "../../../simulations/measure/quantile.js";
import type { Run, Simulation } from "../../../simulations/simulate.js";
import { type DrawnKind, drawnKindOf } from "../../../simulations/swarm/drawn.js";
import { plural } from "../batch/words.js";
import { renderTable } from "../table.js";
import { figure } from "./figures.js";
import type { OutcomeLook } from "./outcome.js";

/** So many drawn worlds are a crowd: they are told of together, and not one by one. */
const CROWD_MIN = 20;
/** Worlds of a crowd that must hold their bounds: a few of what is drawn can't be done by anybody. */
const HELD_MIN = 0.9;
const WORST_SHOWN = 5;

/** Many drawn worlds of one kind, of one contestant. */
export interface Crowd {
  readonly kind: DrawnKind;
  readonly contestant: string;
  readonly runs: readonly Run[];
  /** Its worlds, by name. */
  readonly worlds: ReadonlySet<string>;
  /** In how many of them every bound holds; undefined where they have none. */
  readonly held: number | undefined;
}

/** What is told one by one, and what is told together. */
export interface Parted {
  readonly single: Simulation;
  readonly crowds: readonly Crowd[];
}

/** Parts the crowds from the rest. */
export function partCrowds(result: Simulation): Parted {
  const groups = new Map<string, Run[]>();
  for (const run of result.runs) {
    const kind = drawnKindOf(run.scenario);
    if (kind === undefined) continue;
    const group = groups.get(`${kind} ${run.contestant}`);
    if (group === undefined) groups.set(`${kind} ${run.contestant}`, [run]);
    else group.push(run);
  }
  const crowds = [...groups.values()].flatMap((runs) => crowdOf(runs, result) ?? []);
  const isCrowded = ({ scenario, contestant }: { scenario: string; contestant: string }): boolean =>
    crowds.some((crowd) => crowd.contestant === contestant && crowd.worlds.has(scenario));
  const single: Simulation = {
    ...result,
    runs: result.runs.filter((run) => !isCrowded(run)),
    judgements: result.judgements.filter((judgement) => !isCrowded(judgement)),
  };
  return { single, crowds };
}

/** Whether enough of a crowd held their bounds. */
export function holdsEnough({ held, worlds }: Crowd): boolean {
  return held === undefined || held >= HELD_MIN * worlds.size;
}

/** How a crowd fared: means, quantiles, and its worst worlds by name. */
export function crowdText(crowd: Crowd, { paint }: OutcomeLook): string {
  const { kind, contestant, runs, worlds, held } = crowd;
  const row = (name: MetricName, worst: number): readonly string[] => {
    const values = runs.map(({ metrics }) => metrics[name]);
    const sorted = Float64Array.from(values).sort();
    const at = (share: number): string => figure(name, quantile(sorted, share));
    return [name, figure(name, mean(values)), at(0.1), at(0.5), at(0.9), at(worst)];
  };
  const table = renderTable(
    [{ title: "", align: "left" }, ...["mean", "p10", "median", "p90", "worst"].map((title) => ({ title }))],
    [row("goodput", 0), row("refused", 1), row("waitP99Ms", 1)],
    paint,
  );
  const verdict =
    held === undefined
      ? "they have no bounds"
      : `bounds held in ${held} of ${worlds.size} worlds (${Math.ceil(HELD_MIN * worlds.size)} wanted)`;
  const worst = [...runs].sort((a, b) => a.metrics.goodput - b.metrics.goodput).slice(0, WORST_SHOWN);
  return [
    `${plural(worlds.size, "world")} drawn as ${paint("bold", kind)}, ${contestant}`,
    table,
    paint(holdsEnough(crowd) ? "green" : "red", verdict),
    `least goodput: ${worst.map(({ scenario, metrics }) => `${scenario} ${figure("goodput", metrics.goodput)}`).join(", ")}`,
  ].join("\n");
}

function crowdOf(runs: readonly Run[], { judgements }: Simulation): Crowd | undefined {
  const [first] = runs;
  const kind = first && drawnKindOf(first.scenario);
  const worlds = new Set(runs.map(({ scenario }) => scenario));
  if (first === undefined || kind === undefined || worlds.size < CROWD_MIN) return undefined;
  const { contestant } = first;
  const judged = judgements.filter((each) => each.contestant === contestant && worlds.has(each.scenario));
  const broken = new Set(judged.filter(({ holds }) => !holds).map(({ scenario }) => scenario));
  return { kind, contestant, runs, worlds, held: judged.length === 0 ? undefined : worlds.size - broken.size };
}
