import { writeFile } from "node:fs/promises";
import { OwnCodeError } from "../../simulations/own-code.js";
import { BUDGET_DEFAULT, BUDGET_MIN } from "../../simulations/tune/plan.js";
import { AXES } from "../../simulations/tune/space.js";
import { tune } from "../../simulations/tune/tune.js";
import type { TuneProgress } from "../../simulations/tune/tuning.js";
import { isSluiceError } from "../errors.js";
import { createPaint } from "./batch/display.js";
import { messageOf } from "./batch/failure.js";
import { plural } from "./batch/words.js";
import { type Io, UsageError } from "./command.js";
import { createProgressLine } from "./simulate/progress.js";
import { DEFAULT_OUTPUT, readTuneArgs, type TuneArgs } from "./tune/args.js";
import { tuningText } from "./tune/outcome.js";

export const summary = "searches the control options for scenarios like yours, and writes an options file";

export const help = `sluice tune: ${summary}

Usage: sluice tune [SCENARIO…] [options]

SCENARIO is as for 'sluice simulate': a name, or a file of your own. Without any, a handful of built-in ones.

Sets of options race each other over the same worlds; losers leave early, and children of the winners race them again. At the
end stand the sets that nothing beats on goodput, refused share and p99 wait together, measured on seeds that no choice saw,
and what happens when one option is moved alone. The best set lost least: goodput that a clairvoyant would have had, and
refusals, in the proportion of --weight.

Options:
  -o, --output FILE      where the options go; default ${DEFAULT_OUTPUT}
                         ('sluice run --options FILE', or createSluice(JSON.parse(…)))
  --vary NAME[=LOW:HIGH] varies this option, and only those named; may be repeated. Default:
${AXES.map(({ name, low, high }) => `                           ${`${name}=${low}:${high}`}`).join("\n")}
  --weight W             how much worse a refusal is than a request that could have been accepted and wasn't sent; default 1
  --budget N             runs for each scenario, at least ${BUDGET_MIN}; default ${BUDGET_DEFAULT}, which is some minutes
  --options FILE         begins with these options, and keeps what isn't varied
  --preset NAME          begins with this preset: calm, balanced, agile
  --law NAME             with this law: plateau, aimd
  --seed N               draws the sets; default 1. Equal seeds give equal results
  --threads N            worker threads; default: one a core
  --json                 everything as one JSON object on standard output
  --help                 this text

Exit code: 0 done, 2 wrong usage, 130 interrupted: nothing is written then.
`;

const INTERRUPTED = 130;

/** Runs `sluice tune`; resolves with its exit code. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const args = await readTuneArgs(argv, io.stderr);
  const progress = createProgressLine(io);
  const search = run(args, io, (standing) => progress.show(standing)).finally(() => progress.end());
  const tuning = await search.catch((error: unknown) => {
    if (error instanceof OwnCodeError) throw new UsageError(error.message);
    if (isSluiceError(error) && error.code === "ERR_SLUICE_OPTION") throw new UsageError(error.message);
    if (!io.interrupt.aborted) throw error;
    return undefined;
  });
  if (tuning === undefined) {
    io.stderr.write("sluice tune: interrupted; nothing is written\n");
    return INTERRUPTED;
  }
  const { paint, columns } = { paint: createPaint(io.stdout, io.env), columns: io.stdout.columns ?? 80 };
  io.stdout.write(args.isJson ? `${JSON.stringify(tuning)}\n` : `${tuningText(tuning, { paint, columns })}\n\n`);
  for (const [name, why] of Object.entries(tuning.failures)) io.stderr.write(`${name} failed: ${why}\n`);
  await write(args.output, tuning.options);
  if (!args.isJson) io.stdout.write(`The options are in ${args.output}: sluice run … --options ${args.output}\n`);
  return 0;
}

function run(
  { scenarios, options, vary, weight, budget, seed, threads }: TuneArgs,
  { interrupt }: Io,
  show: (standing: { share: number; text: string }) => void,
) {
  return tune({
    scenarios: scenarios.map(({ scenario }) => scenario),
    ...{ options, weight, seed, signal: interrupt },
    ...(vary !== undefined && { vary }),
    ...(budget !== undefined && { budget }),
    ...(threads !== undefined && { threads }),
    onProgress: (progress) => show({ share: progress.done / progress.total, text: standingText(progress) }),
  });
}

function standingText({ done, phase, field }: TuneProgress): string {
  const at = { search: "first race", refine: "second race", "hold out": "fresh seeds", sensitivity: "sensitivity" }[
    phase
  ];
  return `${at}, ${plural(field, "set")}, ${plural(done, "run")}`;
}

/** Results stay on the screen where the file can't be written. */
async function write(path: string, options: object): Promise<void> {
  try {
    await writeFile(path, `${JSON.stringify(options, null, 2)}\n`);
  } catch (error) {
    throw new UsageError(`--output ${path} can't be written: ${messageOf(error)}`);
  }
}
