import { type Metrics, measureAll } from "../measure/measure.js";
import type { ContestantChoice } from "../run/contestants.js";
import { type RecordedRun, recordJob } from "../run/record.js";
import { type SimulateOptions, type Simulation, simulate } from "../simulate.js";
import type { Recording } from "../world/log.js";
import type { ScenarioOptions } from "../world/scenario.js";
import type { ServerEstimate } from "./estimate.js";

/** What would have come of it. */
export interface WhatIf {
  /** The recorded run, measured like any other against a clairvoyant in front of the guessed server. */
  readonly recorded: Metrics;
  /** Others in front of the guessed server. */
  readonly simulation: Simulation;
}

/** What a what-if is asked. */
export interface WhatIfOptions extends Pick<SimulateOptions, "seeds" | "threads" | "signal" | "onProgress"> {
  /** One's own options, which run beside the presets. */
  readonly options?: ScenarioOptions | undefined;
}

/** Who runs in a what-if: the presets, and whoever has options of their own. */
export function whatIfContestants(options: ScenarioOptions | undefined): readonly ContestantChoice[] {
  const own = options === undefined ? [] : [{ name: "your-options", options }];
  return ["sluice", "sluice-calm", "sluice-agile", ...own];
}

/** Runs the guessed server and its users with the presets and one's own options, beside what was recorded. */
export async function whatIf(
  { scenario }: ServerEstimate,
  recording: Recording,
  { options, ...rest }: WhatIfOptions = {},
): Promise<WhatIf> {
  const simulation = await simulate({ scenarios: [scenario], contestants: whatIfContestants(options), ...rest });
  const [clairvoyant] = await recordJob({ scenario, seed: 1, contestants: ["clairvoyant"] });
  const optimum = clairvoyant?.recording ?? recording;
  return { recorded: measureAll({ scenario, recording, optimum }), simulation };
}

/** The same in detail and with one seed, for a page. */
export function whatIfRuns(
  { scenario }: ServerEstimate,
  options: ScenarioOptions | undefined,
): Promise<readonly RecordedRun[]> {
  return recordJob({ scenario, seed: 1, contestants: ["clairvoyant", ...whatIfContestants(options)] });
}
