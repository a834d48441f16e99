import { availableParallelism } from "node:os";
import { SluiceError } from "../../src/errors.js";
import { nearestName } from "../../src/nearest.js";
import { CLAIRVOYANT } from "../contestants/clairvoyant.js";
import { RIVALS } from "../contestants/rivals/index.js";
import { SLUICES } from "../contestants/sluice.js";
import { checkScenario } from "../load/check.js";
import { createExecutor } from "../run/executor.js";
import type { Judgement } from "../run/judge.js";
import { SCENARIOS } from "../scenarios/index.js";
import { type Failure, type SimulateOptions, type SimulateProgress, type Simulation, simulateOn } from "../simulate.js";
import type { Contestant } from "../world/contestant.js";
import type { Scenario } from "../world/scenario.js";
import { type Beaten, beatenOf } from "./pareto.js";
import { type Standing, standingsOf } from "./standing.js";

/** What is to be compared. All optional. */
export interface CompareOptions extends Omit<SimulateOptions, "contestants"> {
  /** Names of rivals. Default: all of them. */
  readonly rivals?: readonly string[];
  /**
   * Seeds of the rivals: of the others' seeds the first few, since the packages among them take far longer.
   * Default: the first two.
   */
  readonly rivalSeeds?: readonly number[];
}

/** What came of it. In the order of scenarios, contestants and seeds. */
export interface Comparison {
  /** Sluice, its presets and its plain law, the clairvoyant, and the rivals. */
  readonly standings: readonly Standing[];
  /** The bounds that scenarios set. */
  readonly judgements: readonly Judgement[];
  /** Where a rival beats sluice on both axes. */
  readonly beaten: readonly Beaten[];
  /** Rivals that didn't run because their package isn't here, and what to do about it. */
  readonly absent: readonly { readonly rival: string; readonly error: string }[];
  /** Runs that came to no result for another reason. */
  readonly failures: readonly Failure[];
  /** False where the signal ended it early. */
  readonly isComplete: boolean;
}

const OURS: readonly Contestant[] = [...SLUICES, CLAIRVOYANT];
const RIVAL_SEEDS = 2;
const SEEDS: readonly number[] = [1, 2, 3, 4, 5];

/** Everybody that a comparison may show. */
export const RIVAL_NAMES: readonly string[] = RIVALS.map(({ name }) => name);

/**
 * Holds sluice against what people use instead, in the same worlds.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` where a scenario, a rival's name or an option can't be
 */
export async function compare(options: CompareOptions = {}): Promise<Comparison> {
  const { scenarios = SCENARIOS, seeds = SEEDS, rivals = RIVAL_NAMES, threads, signal, onProgress } = options;
  const { rivalSeeds = seeds.slice(0, RIVAL_SEEDS) } = options;
  for (const scenario of scenarios) checkScenario(scenario);
  for (const name of rivals) checkRival(name);
  const executor = createExecutor({ threads: threads ?? availableParallelism(), signal });
  const progress = jointProgress(onProgress);
  const run = (contestants: readonly string[], own: readonly number[]): Promise<Simulation> => {
    if (contestants.length === 0 || own.length === 0) return Promise.resolve(NOTHING);
    return simulateOn(executor, {
      ...{ scenarios, contestants, seeds: own },
      ...(signal !== undefined && { signal }),
      onProgress: progress({ worlds: scenarios.length * own.length, contestants: contestants.length }),
    });
  };
  try {
    // The slowest first: they would keep one thread busy at the end while the others have nothing to do.
    const theirs = run(rivals, rivalSeeds);
    const ours = run(
      OURS.map(({ name }) => name),
      seeds,
    );
    return collect(scenarios, await Promise.all([ours, theirs]));
  } finally {
    await executor.close();
  }
}

function checkRival(name: string): void {
  if (RIVAL_NAMES.includes(name)) return;
  const nearest = nearestName(name, RIVAL_NAMES);
  const hint = nearest === undefined ? "" : `; did you mean '${nearest}'?`;
  throw new SluiceError("ERR_SLUICE_OPTION", `no rival is called '${name}'${hint}`);
}

const NOTHING: Simulation = { runs: [], judgements: [], failures: [], isComplete: true };

function collect(scenarios: readonly Scenario[], parts: readonly Simulation[]): Comparison {
  const runs = scenarios.flatMap(({ name }) =>
    parts.flatMap((part) => part.runs.filter(({ scenario }) => scenario === name)),
  );
  const failures = parts.flatMap((part) => part.failures);
  const absent = new Map(failures.filter(isAbsence).map(({ contestant, error }) => [contestant, error]));
  const standings = standingsOf(runs, natureOf);
  return {
    standings,
    judgements: parts.flatMap(({ judgements }) => judgements),
    beaten: beatenOf(standings, "sluice"),
    absent: [...absent].map(([rival, error]) => ({ rival, error })),
    failures: failures.filter((each) => !isAbsence(each)),
    isComplete: parts.every(({ isComplete }) => isComplete),
  };
}

/** A package that isn't there keeps one rival from running, and nobody else. */
function isAbsence({ error }: Failure): boolean {
  return error.includes("which isn't installed");
}

const everybody = new Map([...OURS, ...RIVALS].map((each) => [each.name, each]));

function natureOf(name: string): Contestant | Record<string, never> {
  return everybody.get(name) ?? {};
}

/** Adds up what simulations tell that run side by side. */
function jointProgress(onProgress: SimulateOptions["onProgress"] = () => {}) {
  const parts: { done: number; share: number; readonly worlds: number; readonly contestants: number }[] = [];
  return (size: { readonly worlds: number; readonly contestants: number }) => {
    const part = { done: 0, share: 0, ...size };
    parts.push(part);
    return ({ done, share }: SimulateProgress): void => {
      part.done = done;
      part.share = share;
      const sum = (of: (each: typeof part) => number): number => parts.reduce((total, each) => total + of(each), 0);
      const runs = sum(({ worlds, contestants }) => worlds * contestants);
      onProgress({
        done: sum((each) => each.done),
        total: sum(({ worlds }) => worlds),
        share: sum((each) => each.share * each.worlds * each.contestants) / runs,
      });
    };
  };
}
