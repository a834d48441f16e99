import { completeOptions } from "../../src/complete.js";
import { checkScenarios } from "../load/check.js";
import { seededRandom } from "../random.js";
import { refuse } from "../refuse.js";
import { createExecutor, type Executor } from "../run/executor.js";
import { threadsOf } from "../run/threads.js";
import { breed, createSieve, draw } from "./draw.js";
import { type Candidate, Ledger } from "./ledger.js";
import { BUDGET_DEFAULT, BUDGET_MIN, FRONT_MAX, MOVES, type Plan, planOf } from "./plan.js";
import { race } from "./race.js";
import { difference, dominates, lossOf, type Rows, type Score, scoreOf } from "./score.js";
import { axesOf, placeOf, valueAt, valuesOf, withValues } from "./space.js";
import type { Finalist, Gains, Move, TuneOptions, TuneProgress, Tuning } from "./tuning.js";

const PRESENT = "present";
/** A difference of so many standard errors isn't chance. */
const CLEARLY = 2;
/** Who is best for one of these multiples of the weight stays in the race, so that a front is left and not a point. */
const WEIGHTS: readonly number[] = [1 / 8, 1 / 3, 1, 3, 8];
/** Names of the races after the first, and how many there may be. */
const GENERATIONS = "bcdefghi";

/**
 * Searches control options over scenarios: candidates race on the same seeds, losers leave early, children of the winners race
 * them again. What is shown was measured on other seeds. Equal options give equal results on any number of threads.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` where an option can't be
 */
export async function tune(options: TuneOptions): Promise<Tuning> {
  complete(options);
  const executor = createExecutor({ threads: threadsOf(options.threads), signal: options.signal });
  try {
    return await tuneOn(executor, options);
  } finally {
    await executor.close();
  }
}

/** The same with threads that somebody else made, and keeps. */
export async function tuneOn(executor: Executor, tuneOptions: TuneOptions): Promise<Tuning> {
  const setting = complete(tuneOptions);
  const { scenarios, options, axes, weight, plan, random } = setting;
  const { report, ledger } = watch(executor, setting);
  const searchSeeds = plan.rounds.flat();
  const present: Candidate = { name: PRESENT, values: valuesOf(axes, options) };
  const weights = WEIGHTS.map((factor) => factor * weight);
  const raceAll = (field: readonly Candidate[], phase: "search" | "refine"): Promise<readonly Candidate[]> =>
    race(field, {
      ledger,
      rounds: plan.rounds,
      weights,
      keep: present,
      onRound: (_, left) => report(phase, left.length),
    });

  const unseen = createSieve(present);
  const drawn = [present, ...unseen(draw(axes, plan.drawn - 1, random))];
  let finalists = await raceAll(drawn, "search");
  let tried = drawn.length;
  for (const generation of GENERATIONS) {
    if (report.done() + plan.bredRuns > plan.searchRuns) break;
    const parents = byLoss(finalists, (candidate) => lossOver(ledger.rows(candidate, searchSeeds), weight));
    const bred = unseen(breed(parents, { axes, count: plan.bred, generation, random }));
    finalists = await raceAll([...finalists, ...bred], "refine");
    tried += bred.length;
  }
  const presentRows = ledger.rows(present, searchSeeds);
  if (presentRows === undefined) throw new Error(ledger.failures.get(PRESENT) ?? "BUG: the present options didn't run");

  const inSample = new Map(
    finalists.map((candidate) => [candidate, scoreOf(ledger.rows(candidate, searchSeeds) ?? [])]),
  );
  const scoreIn = (candidate: Candidate): Score => inSample.get(candidate) ?? scoreOf(presentRows);
  const ranking = byLoss(finalists, (candidate) => lossOver(ledger.rows(candidate, searchSeeds), weight));
  const winner = ranking[0] ?? present;
  const front = [
    winner,
    ...ranking.filter((one) => one !== winner && !finalists.some((other) => dominates(scoreIn(other), scoreIn(one)))),
  ]
    .slice(0, FRONT_MAX)
    .sort((a, b) => scoreIn(b).goodput - scoreIn(a).goodput);

  report("hold out", front.length);
  await ledger.ensure([...new Set([present, ...front])], plan.holdOut);
  const baseRows = rowsOf(ledger, present, plan.holdOut);
  const finish = (candidate: Candidate): Finalist => {
    const rows = rowsOf(ledger, candidate, plan.holdOut);
    return { ...candidate, score: scoreOf(rows), inSample: scoreIn(candidate), gain: gains(rows, baseRows, weight) };
  };

  report("sensitivity", axes.length * MOVES.length);
  const sensitivity = await moveAlone(ledger, winner, setting);
  const best = finish(winner);
  const isBetter = best.gain.loss.mean < -CLEARLY * best.gain.loss.error;
  return {
    scenarios: scenarios.map(({ name }) => name),
    ...{ weight, axes },
    seeds: { search: searchSeeds, holdOut: plan.holdOut },
    tried,
    runs: report.done(),
    present: finish(present),
    front: front.map((candidate) => (candidate === winner ? best : finish(candidate))),
    best,
    isBetter,
    sensitivity,
    options: withValues(options, isBetter ? winner.values : present.values),
    failures: Object.fromEntries(ledger.failures),
  };
}

type Setting = ReturnType<typeof complete>;

function byLoss(candidates: readonly Candidate[], loss: (candidate: Candidate) => number): readonly Candidate[] {
  return [...candidates].sort((a, b) => loss(a) - loss(b));
}

function lossOver(rows: Rows | undefined, weight: number): number {
  if (rows === undefined) return Number.POSITIVE_INFINITY;
  return lossOf(scoreOf(rows), weight);
}

/** Moves one option at a time, on seeds that no choice saw. */
async function moveAlone(ledger: Ledger, winner: Candidate, { axes, plan, weight }: Setting): Promise<readonly Move[]> {
  const moves = axes.flatMap((axis) => {
    const present = winner.values[axis.name] ?? axis.low;
    const values = new Set(MOVES.map((step) => valueAt(axis, placeOf(axis, present) + step)));
    values.delete(present);
    return [...values].map((value) => ({ name: axis.name, value }));
  });
  const candidates = moves.map(
    ({ name, value }): Candidate => ({ name: `${name}=${value}`, values: { ...winner.values, [name]: value } }),
  );
  await ledger.ensure(candidates, plan.sensitivity);
  const from = rowsOf(ledger, winner, plan.sensitivity);
  return moves.flatMap((move, index) => {
    const candidate = candidates[index];
    const rows = candidate && ledger.rows(candidate, plan.sensitivity);
    return rows === undefined ? [] : [{ ...move, change: gains(rows, from, weight) }];
  });
}

function gains(of: Rows, from: Rows, weight: number): Gains {
  return {
    goodput: difference(of, from, ({ goodput }) => goodput),
    refused: difference(of, from, ({ refused }) => refused),
    waitP99Ms: difference(of, from, ({ waitP99Ms }) => waitP99Ms),
    loss: difference(of, from, (metrics) => lossOf(metrics, weight)),
  };
}

function rowsOf(ledger: Ledger, candidate: Candidate, seeds: readonly number[]): Rows {
  const rows = ledger.rows(candidate, seeds);
  if (rows === undefined)
    throw new Error(`${candidate.name} failed in ${ledger.failures.get(candidate.name) ?? "a world"}`);
  return rows;
}

/** Counts runs and tells of them. */
function watch(executor: Executor, { scenarios, options, plan, onProgress }: Setting) {
  let done = 0;
  let phase: TuneProgress["phase"] = "search";
  let field = 0;
  const tell = (): void => onProgress?.({ done, total: Math.max(done, plan.runs), phase, field });
  const onRun = (): void => {
    done++;
    tell();
  };
  const report = Object.assign(
    (now: TuneProgress["phase"], count: number): void => {
      phase = now;
      field = count;
      tell();
    },
    { done: () => done },
  );
  return { report, ledger: new Ledger({ executor, scenarios, options, onRun }) };
}

function complete({
  scenarios,
  options = {},
  vary,
  weight = 1,
  budget = BUDGET_DEFAULT,
  seed = 1,
  onProgress,
}: TuneOptions) {
  checkScenarios(scenarios);
  completeOptions(options);
  if (scenarios.length === 0) refuse("there must be a scenario to tune on");
  if (!(weight >= 0 && weight <= 1e6)) refuse(`weight must be from 0 to 1e6, got ${weight}`);
  if (!(Number.isInteger(budget) && budget >= BUDGET_MIN && budget <= 1e6)) {
    refuse(`budget must be a whole number of runs for each scenario, from ${BUDGET_MIN} to 1e6, got ${budget}`);
  }
  const axes = axesOf(vary);
  const plan: Plan = planOf({ budget, axes: axes.length, scenarios: scenarios.length });
  return { scenarios, options, axes, weight, plan, onProgress, random: seededRandom(`${seed}/tune`) };
}
