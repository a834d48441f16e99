import { parseArgs } from "node:util";
import type { FoundScenario } from "../../../simulations/load/find.js";
import type { TuneOptions } from "../../../simulations/tune/tuning.js";
import { TUNE_SCENARIOS } from "../../../simulations/tune/usual.js";
import type { ScenarioOptions } from "../../../simulations/world/scenario.js";
import { type Io, UsageError } from "../command.js";
import { number } from "../serve/number.js";
import { OWN_OPTIONS, readOwnOptions, readScenarios, readThreads } from "../simulate/args.js";
import { checkWritable } from "../writable.js";

/** What a user asked `sluice tune` to do, checked. */
export interface TuneArgs {
  readonly scenarios: readonly FoundScenario[];
  readonly options: ScenarioOptions;
  readonly vary: TuneOptions["vary"];
  readonly weight: number;
  readonly budget: number | undefined;
  readonly seed: number;
  readonly threads: number | undefined;
  /** Where the options go. */
  readonly output: string;
  readonly isJson: boolean;
}

export const DEFAULT_OUTPUT = "sluice-options.json";

/** Reads the words after `sluice tune`. @throws UsageError that says what to change */
export async function readTuneArgs(argv: readonly string[], stderr: Io["stderr"]): Promise<TuneArgs> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      ...OWN_OPTIONS,
      vary: { type: "string", multiple: true },
      weight: { type: "string", default: "1" },
      budget: { type: "string" },
      seed: { type: "string", default: "1" },
      threads: { type: "string" },
      output: { type: "string", short: "o", default: DEFAULT_OUTPUT },
      json: { type: "boolean", default: false },
    },
  });
  const { output } = values;
  if (!/\.json$/i.test(output))
    throw new UsageError(`--output is a JSON file; its name must end in .json, got '${output}'`);
  checkWritable("output", output);
  return {
    scenarios: await readScenarios(positionals.length > 0 ? positionals : TUNE_SCENARIOS, false, stderr),
    options: (await readOwnOptions(values)) ?? {},
    vary: values.vary?.map(readVary),
    weight: number("weight", values.weight, { max: 1e6 }),
    budget: values.budget === undefined ? undefined : number("budget", values.budget, { max: 1e6, isInteger: true }),
    seed: number("seed", values.seed, { max: 1e9, isInteger: true }),
    threads: readThreads(values.threads),
    output,
    isJson: values.json,
  };
}

/** `epochMs`, or `epochMs=5000:30000`. */
function readVary(text: string): { readonly name: string; readonly low?: number; readonly high?: number } {
  const [, name, low, high] = /^([A-Za-z]+)(?:=([\d.e]+):([\d.e]+))?$/.exec(text) ?? [];
  if (name === undefined)
    throw new UsageError(`--vary: can't read '${text}'; write it as epochMs or epochMs=5000:30000`);
  return low === undefined || high === undefined ? { name } : { name, low: Number(low), high: Number(high) };
}
