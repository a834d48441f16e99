import { parseArgs } from "node:util";
import type { ScenarioOptions } from "../../../simulations/world/scenario.js";
import { UsageError } from "../command.js";
import { type PageArgs, readPage } from "../page-args.js";
import { number } from "../serve/number.js";
import { OWN_OPTIONS, readOwnOptions, readThreads } from "../simulate/args.js";
import { checkWritable } from "../writable.js";

/** What a user asked `sluice replay` to do, checked. */
export interface ReplayArgs {
  readonly log: string;
  /** Absent: those of the log. */
  readonly options: ScenarioOptions | undefined;
  /** Whether the guessed server is run too, and with how many seeds. */
  readonly isWhatIf: boolean;
  readonly seeds: readonly number[];
  readonly threads: number | undefined;
  /** Where the guessed server goes. */
  readonly scenario: string | undefined;
  readonly page: PageArgs | undefined;
  readonly isJson: boolean;
}

const DEFAULT_PAGE = "sluice-replay.html";

/** Reads the words after `sluice replay`. @throws UsageError */
export async function readReplayArgs(argv: readonly string[]): Promise<ReplayArgs> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      ...OWN_OPTIONS,
      "what-if": { type: "boolean", default: false },
      scenario: { type: "string" },
      seeds: { type: "string", default: "3" },
      threads: { type: "string" },
      report: { type: "string" },
      open: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const [log, ...more] = positionals;
  if (log === undefined) throw new UsageError("which log? (sluice replay LOG.jsonl; 'sluice run --record' writes one)");
  if (more.length > 0) throw new UsageError(`one log at a time; what is '${more[0]}'?`);
  const { scenario } = values;
  if (scenario !== undefined && !scenario.endsWith(".json")) {
    throw new UsageError(`--scenario writes JSON; its name must end in .json, got '${scenario}'`);
  }
  if (scenario !== undefined) checkWritable("scenario", scenario);
  const count = number("seeds", values.seeds, { min: 1, max: 1_000, isInteger: true });
  return {
    log,
    options: await readOwnOptions(values),
    isWhatIf: values["what-if"],
    seeds: Array.from({ length: count }, (_, index) => index + 1),
    threads: readThreads(values.threads),
    scenario,
    page: readPage({ report: values.report ?? (values.open ? DEFAULT_PAGE : undefined), open: values.open }),
    isJson: values.json,
  };
}
