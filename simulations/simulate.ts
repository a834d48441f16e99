import { checkScenarios } from "./load/check.js";
import type { Metrics } from "./measure/measure.js";
import { refuse } from "./refuse.js";
import { type ContestantChoice, checkContestant, nameOf } from "./run/contestants.js";
import { createExecutor, type Executor } from "./run/executor.js";
import type { Job, Outcome } from "./run/job.js";
import { contestantOfBound, type Judgement, judgeScenario, type SeedValue } from "./run/judge.js";
import { threadsOf } from "./run/threads.js";
import { SCENARIOS } from "./scenarios/index.js";
import type { Scenario } from "./world/scenario.js";

/** What is to be simulated. All optional. */
export interface SimulateOptions {
  /** Default: all that are built in. */
  readonly scenarios?: readonly Scenario[];
  /** By name, or a sluice with options of one's own. Default: `sluice`, and whom a scenario's bounds name. */
  readonly contestants?: readonly ContestantChoice[];
  /** Whole numbers, each once. Default 1 to 5. */
  readonly seeds?: readonly number[];
  /** Threads that run worlds, 1 to 256; 1: the caller's own, which is busy meanwhile. Default: one a core. */
  readonly threads?: number;
  /** Ends it early: what is done by then is the result. */
  readonly signal?: AbortSignal;
  /** Called whenever there is more of it done, from 0 to all. What it throws rejects the promise. */
  readonly onProgress?: (progress: SimulateProgress) => void;
}

/** How far it is. */
export interface SimulateProgress {
  /** Worlds that are through, of `total`: one for each scenario and seed. */
  readonly done: number;
  readonly total: number;
  /** The same with those under way, in [0, 1]. */
  readonly share: number;
}

/** One contestant's run of one world. */
export interface Run {
  readonly scenario: string;
  readonly contestant: string;
  readonly seed: number;
  readonly metrics: Metrics;
}

/** A run that came to no result. */
export interface Failure {
  readonly scenario: string;
  readonly contestant: string;
  readonly seed: number;
  /** Why, in words. */
  readonly error: string;
  /** Whether the scenario's own limit or workload is to blame, whoever runs. Absent: it isn't. */
  readonly isOwnCode?: true;
}

/** What came of it all. In the order of scenarios, contestants and seeds, whatever the threads finished first. */
export interface Simulation {
  readonly runs: readonly Run[];
  readonly judgements: readonly Judgement[];
  readonly failures: readonly Failure[];
  /** False where the signal ended it early. */
  readonly isComplete: boolean;
}

const SEEDS: readonly number[] = [1, 2, 3, 4, 5];

/**
 * Runs scenarios in virtual time, each contestant with each seed, and holds what it measures against their bounds. Equal
 * seeds give equal results, on any number of threads.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` where a scenario, a contestant's name or an option can't be
 */
export async function simulate(options: SimulateOptions = {}): Promise<Simulation> {
  checkOptions(options);
  const executor = createExecutor({ threads: threadsOf(options.threads), signal: options.signal });
  try {
    return await simulateOn(executor, options);
  } finally {
    await executor.close();
  }
}

/** The same with threads that somebody else made, and keeps. */
export async function simulateOn(
  executor: Executor,
  { scenarios = SCENARIOS, contestants, seeds = SEEDS, signal, onProgress }: SimulateOptions,
): Promise<Simulation> {
  const jobs = scenarios.flatMap((scenario) => {
    const choices = contestants ?? defaultContestants(scenario);
    return seeds.map((seed): Job => ({ scenario, seed, contestants: choices }));
  });
  const tally = createTally(jobs.length, onProgress);
  const results = await Promise.all(jobs.map((job) => resultOf(executor, job, signal, tally.begin())));
  if (tally.error !== undefined) throw tally.error;
  return collect(scenarios, results.flat());
}

interface Result {
  readonly job: Job;
  /** Absent where the signal came first. */
  readonly outcomes?: readonly Outcome[];
}

/** A thread that dies takes one job with it, not all. */
async function resultOf(
  executor: Executor,
  job: Job,
  signal: AbortSignal | undefined,
  onShare: (share: number) => void,
): Promise<Result> {
  try {
    const outcomes = await executor.run(job, onShare);
    onShare(1);
    return { job, outcomes };
  } catch (error) {
    if (signal?.aborted === true) return { job };
    const message = error instanceof Error ? error.message : String(error);
    return { job, outcomes: job.contestants.map((choice) => ({ contestant: nameOf(choice), error: message })) };
  }
}

function collect(scenarios: readonly Scenario[], results: readonly Result[]): Simulation {
  const runs: Run[] = [];
  const judgements: Judgement[] = [];
  const failures: Failure[] = [];
  for (const scenario of scenarios) {
    const found = results
      .filter(({ job }) => job.scenario === scenario)
      .flatMap(({ job: { seed }, outcomes = [] }) => outcomes.map((outcome) => ({ seed, outcome })));
    for (const contestant of new Set(found.map(({ outcome }) => outcome.contestant))) {
      for (const { seed, outcome } of found.filter((each) => each.outcome.contestant === contestant)) {
        const names = { scenario: scenario.name, contestant, seed };
        if ("error" in outcome) failures.push({ ...outcome, ...names });
        else runs.push({ ...names, metrics: outcome.metrics });
      }
    }
    const valuesOf = (index: number): readonly SeedValue[] =>
      found.flatMap(({ seed, outcome }) => {
        const value = "error" in outcome ? undefined : outcome.bounded[index];
        return value === undefined ? [] : [{ seed, value }];
      });
    judgements.push(...judgeScenario(scenario, (_, index) => valuesOf(index)));
  }
  return { runs, judgements, failures, isComplete: results.every(({ outcomes }) => outcomes !== undefined) };
}

function defaultContestants({ bounds }: Scenario): readonly string[] {
  return [...new Set(["sluice", ...bounds.map(contestantOfBound)])];
}

/** Takes down how much is done. What a caller's callback throws is kept: it must not cost a thread its answer. */
interface Tally {
  begin(): (share: number) => void;
  readonly error: unknown;
}

function createTally(total: number, onProgress: SimulateOptions["onProgress"]): Tally {
  let done = 0;
  let sum = 0;
  let error: unknown;
  const tell = (): void => {
    try {
      onProgress?.({ done, total, share: done === total ? 1 : Math.min(1, sum / total) });
    } catch (thrown) {
      error ??= thrown;
    }
  };
  return {
    get error() {
      return error;
    },
    begin() {
      let last = 0;
      return (share) => {
        if (share <= last) return;
        sum += share - last;
        if (share === 1) done++;
        last = share;
        tell();
      };
    },
  };
}

function checkOptions({ scenarios = SCENARIOS, contestants = [], seeds = SEEDS }: SimulateOptions): void {
  checkScenarios(scenarios);
  for (const choice of contestants) checkContestant(choice);
  if (new Set(contestants.map(nameOf)).size < contestants.length) refuse("each contestant needs a name of its own");
  if (seeds.length === 0 || new Set(seeds).size < seeds.length || !seeds.every(Number.isSafeInteger)) {
    refuse("seeds must be whole numbers, each once, and at least one");
  }
}
