import type { Scenario } from "../world/scenario.js";
import type { Scene } from "./page-data.js";
import type { ReportRun } from "./run.js";
import { standingsOf } from "./standings.js";
import { trackOf } from "./track.js";

/** Bins of all charts of a page together: what keeps a page of any number of runs within one or two megabytes. */
const BINS_OF_PAGE = 4_800;
const BINS_MAX = 1_200;
const BINS_MIN = 120;

/** All runs of one scenario, and which of them are drawn. */
export interface ScenarioRuns {
  readonly scenario: Scenario;
  readonly runs: readonly ReportRun[];
  readonly drawn: readonly ReportRun[];
}

/** Puts runs together by scenario. Where not all can be drawn, each contestant's first seed comes before any second one. */
export function groupRuns(runs: readonly ReportRun[], chartsMax: number): readonly ScenarioRuns[] {
  const byName = new Map<string, ReportRun[]>();
  for (const run of runs) {
    const known = byName.get(run.scenario.name);
    if (known === undefined) byName.set(run.scenario.name, [run]);
    else known.push(run);
  }
  return [...byName.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ scenario: first.scenario, runs: group, drawn: chosen(group, chartsMax) }];
  });
}

function chosen(runs: readonly ReportRun[], chartsMax: number): readonly ReportRun[] {
  const seen = new Map<string, number>();
  const rounds = runs.map((run) => {
    const round = seen.get(run.contestant) ?? 0;
    seen.set(run.contestant, round + 1);
    return { run, round };
  });
  const first = [...rounds].sort((one, other) => one.round - other.round).slice(0, chartsMax);
  return rounds.filter((each) => first.includes(each)).map(({ run }) => run);
}

/** What the script draws of a scenario, as fine as the number of runs on the page allows. */
export function sceneOf({ scenario, runs, drawn }: ScenarioRuns, runsOnPage: number): Scene {
  const binsMax = Math.min(BINS_MAX, Math.max(BINS_MIN, Math.floor(BINS_OF_PAGE / runsOnPage)));
  return {
    durationS: scenario.durationMs / 1_000,
    tracks: drawn.map((run) => trackOf(run, binsMax)),
    standings: standingsOf(runs),
  };
}
