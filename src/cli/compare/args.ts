import { type ParseArgsConfig, parseArgs } from "node:util";
import { RIVAL_NAMES } from "../../../simulations/compare/compare.js";
import type { FoundScenario } from "../../../simulations/load/find.js";
import { hintOf } from "../../../simulations/load/hint.js";
import { type Io, UsageError } from "../command.js";
import { type PageArgs, readPage } from "../page-args.js";
import { number } from "../serve/number.js";
import { readScenarios, readSeeds, readThreads, SCENARIO_OPTIONS } from "../simulate/args.js";

const OPTIONS = {
  ...SCENARIO_OPTIONS,
  rival: { type: "string", multiple: true },
  "rival-seeds": { type: "string", default: "2" },
  detail: { type: "boolean", default: false },
  report: { type: "string" },
  open: { type: "boolean", default: false },
} as const satisfies ParseArgsConfig["options"];

const DEFAULT_PAGE = "sluice-compare.html";

/** What a user asked `sluice compare` to do, checked. */
export interface CompareArgs {
  readonly scenarios: readonly FoundScenario[];
  readonly seeds: readonly number[];
  /** The first of the seeds, for those who take longer. */
  readonly rivalSeeds: readonly number[];
  readonly rivals: readonly string[];
  readonly threads: number | undefined;
  /** Whether each scenario gets a table of its own, however many there are. */
  readonly isDetailed: boolean;
  readonly page: PageArgs | undefined;
  readonly isList: boolean;
  readonly isJson: boolean;
}

/** Reads the words after `sluice compare`. @throws UsageError; where several things are wrong, `stderr` has them first */
export async function readCompareArgs(argv: readonly string[], stderr: Io["stderr"]): Promise<CompareArgs> {
  const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: OPTIONS });
  const seeds = readSeeds(values);
  const rivalSeeds = number("rival-seeds", values["rival-seeds"], { min: 0, isInteger: true });
  return {
    scenarios: values.list ? [] : await readScenarios(positionals, values.all, stderr),
    seeds,
    rivalSeeds: seeds.slice(0, rivalSeeds),
    rivals: [...new Set((values.rival ?? RIVAL_NAMES).map(checkRival))],
    threads: readThreads(values.threads),
    isDetailed: values.detail,
    page: readPage({ report: values.report ?? (values.open ? DEFAULT_PAGE : undefined), open: values.open }),
    isList: values.list,
    isJson: values.json,
  };
}

function checkRival(name: string): string {
  if (RIVAL_NAMES.includes(name)) return name;
  const hint = hintOf(name, RIVAL_NAMES) || `; there are ${RIVAL_NAMES.join(", ")}`;
  throw new UsageError(`--rival: no rival is called '${name}'${hint}`);
}
