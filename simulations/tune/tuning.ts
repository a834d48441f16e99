import type { Scenario, ScenarioOptions } from "../world/scenario.js";
import type { Estimate, Score } from "./score.js";
import type { Axis, AxisName, Values } from "./space.js";

/** What is to be tuned, and on what. */
export interface TuneOptions {
  readonly scenarios: readonly Scenario[];
  /** What to begin with, and what is kept of it: all but the options that are varied. Default: sluice as it comes. */
  readonly options?: ScenarioOptions;
  /** Which options are varied, and how far. Default: all of `AXES`. */
  readonly vary?: readonly { readonly name: string; readonly low?: number; readonly high?: number }[];
  /** How much worse a refusal is than a request that could have been accepted and wasn't sent, 0 or more. Default 1. */
  readonly weight?: number;
  /** Runs for each scenario, at least 150. Default 300. */
  readonly budget?: number;
  /** Draws the candidates. Default 1. */
  readonly seed?: number;
  /** As for `simulate`. */
  readonly threads?: number;
  /** Ends it early: the promise rejects with its reason. */
  readonly signal?: AbortSignal;
  /** Called whenever a run has ended. */
  readonly onProgress?: (progress: TuneProgress) => void;
}

/** How far it is. */
export interface TuneProgress {
  /** Runs that are through, and how many there may be: fewer where losers are dropped early. */
  readonly done: number;
  readonly total: number;
  /** What it is at. */
  readonly phase: "search" | "refine" | "hold out" | "sensitivity";
  /** Candidates that are still in the race. */
  readonly field: number;
}

/** One set of options that nothing tried beats on all three axes. */
export interface Finalist {
  readonly name: string;
  readonly values: Values;
  /** On seeds that no choice saw: the figures to quote. */
  readonly score: Score;
  /** On the seeds that it was chosen by, which flatter it. */
  readonly inSample: Score;
  /** Against the options that it began with, on the seeds that no choice saw. */
  readonly gain: Gains;
}

/** Differences of the three axes, and of the loss that weighs two of them. */
export type Gains = Readonly<Record<keyof Score | "loss", Estimate>>;

/** What happens when one option is moved and all else stays as in the best. */
export interface Move {
  readonly name: AxisName;
  readonly value: number;
  readonly change: Gains;
}

/** What came of a search. */
export interface Tuning {
  readonly scenarios: readonly string[];
  readonly weight: number;
  readonly axes: readonly Axis[];
  /** Seeds that the choice was made by, and those that it never saw. */
  readonly seeds: { readonly search: readonly number[]; readonly holdOut: readonly number[] };
  readonly tried: number;
  readonly runs: number;
  /** The options that it began with. */
  readonly present: Finalist;
  /** From the most goodput to the fewest refusals. */
  readonly front: readonly Finalist[];
  /** Of the front, or the present ones: who lost least on the search's seeds. */
  readonly best: Finalist;
  /** Whether the best is better than the present by more than chance does, on seeds that no choice saw. */
  readonly isBetter: boolean;
  readonly sensitivity: readonly Move[];
  /** What `createSluice` takes: the best values where they are better, else the present ones. */
  readonly options: ScenarioOptions;
  /** Candidates that failed, and why. */
  readonly failures: Readonly<Record<string, string>>;
}
