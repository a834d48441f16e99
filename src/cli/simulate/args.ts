import { readFile } from "node:fs/promises";
import { type ParseArgsConfig, parseArgs } from "node:util";
import { ScenarioFileError } from "../../../simulations/load/file.js";
import { type FoundScenario, findScenarios } from "../../../simulations/load/find.js";
import { hintOf } from "../../../simulations/load/hint.js";
import { JsonError, parsePlacedJson } from "../../../simulations/load/json-places.js";
import { CONTESTANT_NAMES, type ContestantChoice, unknownContestant } from "../../../simulations/run/contestants.js";
import { SCENARIOS } from "../../../simulations/scenarios/index.js";
import type { ScenarioOptions } from "../../../simulations/world/scenario.js";
import { completeOptions } from "../../complete.js";
import { isSluiceError } from "../../errors.js";
import type { SluiceOptions } from "../../options.js";
import { messageOf } from "../batch/failure.js";
import { type Io, UsageError } from "../command.js";
import { type PageArgs, readPage } from "../page-args.js";
import { number } from "../serve/number.js";
import { type PlaygroundArgs, readPlaygroundArgs } from "./playground-args.js";

/** Options that all commands share which run scenarios. */
export const SCENARIO_OPTIONS = {
  all: { type: "boolean", default: false },
  list: { type: "boolean", default: false },
  seeds: { type: "string", default: "5" },
  "seeds-from": { type: "string", default: "1" },
  threads: { type: "string" },
  json: { type: "boolean", default: false },
} as const satisfies ParseArgsConfig["options"];

/** Words that make a sluice with options of one's own. */
export const OWN_OPTIONS = {
  options: { type: "string" },
  preset: { type: "string" },
  law: { type: "string" },
} as const satisfies ParseArgsConfig["options"];

const OPTIONS = {
  ...SCENARIO_OPTIONS,
  ...OWN_OPTIONS,
  contestant: { type: "string", multiple: true },
  report: { type: "string" },
  open: { type: "boolean", default: false },
  playground: { type: "boolean", default: false },
} as const satisfies ParseArgsConfig["options"];

/** What a user asked `sluice simulate` to do, checked. */
export interface SimulateArgs {
  readonly scenarios: readonly FoundScenario[];
  readonly seeds: readonly number[];
  readonly threads: number | undefined;
  /** Absent: whom the scenarios themselves name. */
  readonly contestants: readonly ContestantChoice[] | undefined;
  /** The words that set sluice's own options, for a command that repeats the run. */
  readonly optionWords: readonly string[];
  /** A page to be written. */
  readonly page: PageArgs | undefined;
  /** The playground is wanted, in the place of a run. */
  readonly playground: PlaygroundArgs | undefined;
  readonly isList: boolean;
  readonly isJson: boolean;
}

const SEEDS_MAX = 100_000;
const PRESETS = ["calm", "balanced", "agile"] as const;
const LAWS = ["plateau", "aimd"] as const;

/** Reads the words after `sluice simulate`. @throws UsageError; where several things are wrong, `stderr` has them first */
export async function readSimulateArgs(argv: readonly string[], stderr: Io["stderr"]): Promise<SimulateArgs> {
  const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: OPTIONS });
  const own = await readOwnOptions(values);
  const names = values.contestant?.map(checkName);
  return {
    scenarios: values.list || values.playground ? [] : await readScenarios(positionals, values.all, stderr),
    seeds: readSeeds(values),
    threads: readThreads(values.threads),
    contestants: contestantsOf(names, own),
    optionWords: (["options", "preset", "law"] as const).flatMap((name) => {
      const value = values[name];
      return value === undefined ? [] : [`--${name}`, value];
    }),
    page: values.playground ? undefined : readPage(values),
    playground: values.playground ? readPlaygroundArgs(argv, values, positionals) : undefined,
    isList: values.list,
    isJson: values.json,
  };
}

/** Scenarios by name and file; all that are built in where none is named. */
export async function readScenarios(
  words: readonly string[],
  isAll: boolean,
  stderr: Io["stderr"],
): Promise<readonly FoundScenario[]> {
  const builtIn = isAll || words.length === 0 ? SCENARIOS.map(({ name }) => name) : [];
  try {
    return await findScenarios([...builtIn, ...words]);
  } catch (error) {
    if (!(error instanceof ScenarioFileError)) throw error;
    const [first = "", ...more] = error.problems;
    if (more.length === 0) throw new UsageError(first);
    stderr.write(`${error.problems.join("\n")}\n`);
    throw new UsageError(`${error.problems.length} things are wrong with the scenarios`);
  }
}

/** The seeds that `--seeds` and `--seeds-from` mean. */
export function readSeeds(values: { readonly seeds: string; readonly "seeds-from": string }): readonly number[] {
  const count = number("seeds", values.seeds, { min: 1, max: SEEDS_MAX, isInteger: true });
  const from = number("seeds-from", values["seeds-from"], { max: 1e9, isInteger: true });
  return Array.from({ length: count }, (_, index) => from + index);
}

export function readThreads(text: string | undefined): number | undefined {
  return text === undefined ? undefined : number("threads", text, { min: 1, max: 256, isInteger: true });
}

function checkName(name: string): string {
  if (!CONTESTANT_NAMES.includes(name)) throw new UsageError(`--contestant: ${unknownContestant(name)}`);
  return name;
}

/** One's own options make another sluice of the one that the bounds are about. */
function contestantsOf(
  names: readonly string[] | undefined,
  own: ScenarioOptions | undefined,
): readonly ContestantChoice[] | undefined {
  if (own === undefined) return names === undefined ? undefined : [...new Set(names)];
  const others = (names ?? []).filter((name) => name !== "sluice");
  return [{ name: "sluice", options: own }, ...new Set(others)];
}

/** The options that `--options`, `--preset` and `--law` make together; undefined where none of them is there. */
export async function readOwnOptions(values: {
  readonly options?: string | undefined;
  readonly preset?: string | undefined;
  readonly law?: string | undefined;
}): Promise<ScenarioOptions | undefined> {
  if (values.options === undefined && values.preset === undefined && values.law === undefined) return undefined;
  const options = values.options === undefined ? {} : await readOptionsFile(values.options);
  const control = {
    ...options.control,
    ...(values.preset !== undefined && { preset: oneOf("preset", PRESETS, values.preset) }),
    ...(values.law !== undefined && { law: oneOf("law", LAWS, values.law) }),
  };
  return { ...options, control };
}

/** Reads options as `createSluice` takes them from a JSON file. @throws UsageError that names the file and what is wrong */
export async function readOptionsFile(path: string): Promise<SluiceOptions> {
  try {
    const { value } = parsePlacedJson(await readFile(path, "utf8"));
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new UsageError(`${path}: must hold one JSON object`);
    }
    completeOptions(value);
    return value;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (error instanceof JsonError) {
      throw new UsageError(`${path}:${error.place.line}:${error.place.column}: ${error.message}`);
    }
    if (isSluiceError(error)) throw new UsageError(`${path}: ${error.message}`);
    throw new UsageError(`cannot read the options file ${path}: ${messageOf(error)}`);
  }
}

function oneOf<const Names extends readonly string[]>(option: string, names: Names, text: string): Names[number] {
  if (names.includes(text)) return text;
  throw new UsageError(`--${option} must be one of ${names.join(", ")}, got '${text}'${hintOf(text, names)}`);
}
