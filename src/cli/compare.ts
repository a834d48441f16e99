import { type Comparison, compare, RIVAL_NAMES } from "../../simulations/compare/compare.js";
import { SCENARIOS } from "../../simulations/scenarios/index.js";
import { createPaint } from "./batch/display.js";
import { plural } from "./batch/words.js";
import type { Io } from "./command.js";
import { type CompareArgs, readCompareArgs } from "./compare/args.js";
import { tellOnPage } from "./compare/page.js";
import { beatenTable, scenarioTable, summaryTable } from "./compare/tables.js";
import { wantedTable } from "./compare/wanted.js";
import { verdict } from "./simulate/outcome.js";
import { partOwnCode } from "./simulate/own-code.js";
import { createProgressLine } from "./simulate/progress.js";
import { seedsText, wrapped } from "./simulate/words.js";

export const summary = "holds sluice against what people use instead, in the same worlds";

export const help = `sluice compare: ${summary}

Usage: sluice compare [SCENARIO…] [options]

SCENARIO is what it is for sluice simulate: the name of a built-in one, or a file of your own. Without any, all that are
built in, which takes long: most of it for the real packages, which work with promises and timers of their own.

Each contestant lives through the same worlds on a virtual clock: sluice with each preset and with its plain law, a
clairvoyant who knows the limit at every instant, and the rivals. Real packages run as they are installed in your project;
one that isn't is left out, and named. What is written anew from a published law says so, and so does who was told the
limit beforehand. Nobody else may be ahead of sluice on both axes of a scenario, goodput and refused: each case is listed.

Options:
  --list               names and natures of the rivals, and nothing else
  --all                all scenarios that are built in, beside those named
  --seeds N            how many seeds, each another world; default 5
  --seeds-from K       the first of them; default 1
  --rival NAME         who is compared; may be repeated; default: all
  --rival-seeds N      how many of the seeds rivals get; default 2
  --detail             a table for each scenario, however many there are
  --threads N          worker threads; default: one a core
  --report PAGE.html   writes a page with a picture of each scenario
  --open               opens it in the browser; without --report it is sluice-compare.html
  --json               one JSON object on standard output: all standings, bounds, and who is ahead
  --help               this text

Rivals:
${wrapped(RIVAL_NAMES.join(", "), { width: 100, indent: "  " })}

Exit code: 0 all bounds hold and no rival is ahead that wasn't told the limit, 1 otherwise,
2 wrong usage, or a limit or workload of your own that breaks its promise, 130 interrupted.
`;

const WRONG_USAGE = 2;
const INTERRUPTED = 130;
/** Up to so many scenarios get a table of their own without being asked for it. */
const TABLES_MAX = 6;

/** Runs `sluice compare`; resolves with its exit code. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const args = await readCompareArgs(argv, io.stderr);
  if (args.isList) return list(args, io);
  const { seeds, rivals, rivalSeeds, threads } = args;
  const progress = createProgressLine(io);
  const result = await compare({
    scenarios: args.scenarios.map(({ scenario }) => scenario),
    ...{ seeds, rivals, rivalSeeds },
    signal: io.interrupt,
    ...(threads !== undefined && { threads }),
    onProgress: ({ done, total, share }) => progress.show({ share, text: `${done} of ${plural(total, "world")}` }),
  }).finally(() => progress.end());
  if (args.isJson) io.stdout.write(`${JSON.stringify({ seeds, rivalSeeds, ...result })}\n`);
  else tell(result, args, io);
  if (!result.isComplete) {
    io.stderr.write("sluice compare: interrupted; this is what was done by then\n");
    return INTERRUPTED;
  }
  if (args.page !== undefined) await tellOnPage(args.page, result, args.scenarios, io);
  const { failures, judgements, beaten } = result;
  if (partOwnCode(failures).mistakes.length > 0) return WRONG_USAGE;
  const isFine = failures.length === 0 && judgements.every(({ holds }) => holds);
  return isFine && beaten.every(({ told }) => told !== undefined) ? 0 : 1;
}

function tell(result: Comparison, { scenarios, seeds, rivalSeeds, isDetailed }: CompareArgs, io: Io): void {
  const paint = createPaint(io.stdout, io.env);
  const { standings, judgements, beaten, absent } = result;
  const { mistakes, others: failures } = partOwnCode(result.failures);
  const hasTables = isDetailed || scenarios.length <= TABLES_MAX;
  const ahead = beaten.filter(({ told }) => told === undefined);
  const parts = [
    ...(hasTables ? scenarios : []).map(({ scenario: { name, story } }) => {
      const own = standings.filter(({ scenario }) => scenario === name);
      return `${paint("bold", name)}  ${story}\n${scenarioTable(own, paint)}`;
    }),
    ...(scenarios.length > 1 ? [`${paint("bold", "Over all scenarios")}\n${summaryTable(result, paint)}`] : []),
    ...(judgements.length > 0 ? [`${paint("bold", "Bounds")}\n${wantedTable(judgements, paint)}`] : []),
    ...(beaten.length > 0 ? [`${paint("bold", "Ahead of sluice on both axes")}\n${beatenTable(beaten, paint)}`] : []),
    [
      `${plural(scenarios.length, "scenario")}, ${seedsText(seeds)}${rivalWords(rivalSeeds)}: ${verdict(judgements, paint)}`,
      ahead.length === 0
        ? "no rival that wasn't told the limit is ahead on both axes"
        : paint("red", `${plural(ahead.length, "time")} a rival that wasn't told the limit is ahead on both axes`),
      ...absent.map(({ error }) => `not run: ${error}`),
      ...mistakes.map((text) => paint("red", text)),
      ...failures.map(({ scenario, contestant, seed, error }) =>
        paint("red", `${scenario}: ${contestant} failed with seed ${seed}: ${error}`),
      ),
    ].join("\n"),
  ];
  io.stdout.write(`${parts.join("\n\n")}\n`);
}

function rivalWords(seeds: readonly number[]): string {
  return seeds.length === 0 ? ", no rivals" : `, rivals ${seedsText(seeds)}`;
}

function list({ isJson }: CompareArgs, { stdout }: Io): number {
  stdout.write(
    isJson
      ? `${JSON.stringify({ rivals: RIVAL_NAMES, scenarios: SCENARIOS.map(({ name }) => name) })}\n`
      : `${RIVAL_NAMES.join("\n")}\n`,
  );
  return 0;
}
