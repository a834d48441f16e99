import { CLAIRVOYANT } from "../contestants/clairvoyant.js";
import { measureBound } from "../measure/judge.js";
import { type Metrics, measureAll } from "../measure/measure.js";
import type { Contestant } from "../world/contestant.js";
import type { Recording } from "../world/log.js";
import type { Scenario } from "../world/scenario.js";
import { runWorld, runWorldAsync } from "../world/world.js";
import { type ContestantChoice, contestantOf, nameOf } from "./contestants.js";
import { contestantOfBound } from "./judge.js";

/** One world, and all who are to live through it: they share the clairvoyant's run, which is made once. */
export interface Job {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly contestants: readonly ContestantChoice[];
}

/** What became of one contestant: its numbers, or why there are none. */
export type Outcome =
  | {
      readonly contestant: string;
      readonly metrics: Metrics;
      /** What each bound of the scenario measures, at its place; undefined where it is about somebody else. */
      readonly bounded: readonly (number | undefined)[];
    }
  | { readonly contestant: string; readonly error: string };

/** Told how much of a job is done: a share in [0, 1]. */
export type OnShare = (share: number) => void;

/** Runs a job. What fails is an outcome too: it doesn't keep the others from theirs. */
export async function runJob(job: Job, onShare: OnShare = () => {}): Promise<readonly Outcome[]> {
  const { contestants } = job;
  const runs = contestants.filter((choice) => choice !== CLAIRVOYANT.name).length + 1;
  let done = 0;
  const onProgress: OnShare = (share) => onShare((done + share) / runs);
  const optimum = await attempt(() => live(job, CLAIRVOYANT, onProgress));
  const outcomes: Outcome[] = [];
  for (const choice of contestants) {
    const contestant = nameOf(choice);
    if ("error" in optimum) {
      outcomes.push({ contestant, error: optimum.error });
      continue;
    }
    if (choice !== CLAIRVOYANT.name) done++;
    const outcome = await attempt(async () => {
      const isOptimum = choice === CLAIRVOYANT.name;
      const recording = isOptimum ? optimum.value : await live(job, contestantOf(choice), onProgress);
      return judgeRun(job.scenario, contestant, { recording, optimum: optimum.value });
    });
    outcomes.push("error" in outcome ? { contestant, error: outcome.error } : outcome.value);
  }
  onShare(1);
  return outcomes;
}

function live({ scenario, seed }: Job, contestant: Contestant, onProgress: OnShare): Recording | Promise<Recording> {
  const options = { scenario, contestant, seed, onProgress };
  return contestant.isAsync === true ? runWorldAsync(options) : runWorld(options);
}

function judgeRun(
  scenario: Scenario,
  contestant: string,
  runs: { readonly recording: Recording; readonly optimum: Recording },
): Outcome {
  const measured = { scenario, ...runs };
  const bounded = scenario.bounds.map((bound) =>
    contestantOfBound(bound) === contestant ? measureBound(bound, measured) : undefined,
  );
  return { contestant, metrics: measureAll(measured), bounded };
}

async function attempt<T>(run: () => T | Promise<T>): Promise<{ readonly value: T } | { readonly error: string }> {
  try {
    return { value: await run() };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
