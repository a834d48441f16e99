import { CONTESTANT_NAMES } from "../../simulations/run/contestants.js";
import type { Judgement } from "../../simulations/run/judge.js";
import { SCENARIOS } from "../../simulations/scenarios/index.js";
import { simulate } from "../../simulations/simulate.js";
import { createPaint } from "./batch/display.js";
import { plural } from "./batch/words.js";
import type { Io } from "./command.js";
import { DEFAULT_PAGE } from "./page-args.js";
import { readSimulateArgs, type SimulateArgs } from "./simulate/args.js";
import { crowdText, holdsEnough, type Parted, partCrowds } from "./simulate/crowd.js";
import { outcomeTable, verdict, violationText } from "./simulate/outcome.js";
import { partOwnCode } from "./simulate/own-code.js";
import { tellOnPage } from "./simulate/page.js";
import { servePlayground } from "./simulate/playground.js";
import { createProgressLine } from "./simulate/progress.js";
import { seedsText, wrapped } from "./simulate/words.js";

export const summary = "runs scenarios in virtual time, and holds them to their bounds";

export const help = `sluice simulate: ${summary}

Usage: sluice simulate [SCENARIO…] [options]
       sluice simulate --playground [SCENARIO] [--contestant NAME…] [--seeds-from K] [--open]

SCENARIO is the name of a built-in one or its beginning (s06); drawn ones by number (swarm-17, swarm-1..100; plant-…: without
headers; told-plant-…: with true or lying ones), of which 20 or more are told of together; or a file of your own with one or several: mine.json, mine.mjs, and mine.mjs#its-name
for one of them. Without any, all that are built in.

A scenario is a server with its limits, who asks it for what, and what must come of it. The code that runs is the production
code, on a virtual clock: an hour takes seconds, and equal seeds give equal results. Goodput is measured against a
clairvoyant, who knows the limit at every instant.

Options:
  --list               names and stories of the built-in scenarios, and nothing else
  --all                all that are built in, beside those named
  --seeds N            how many seeds, each another world; default 5
  --seeds-from K       the first of them; default 1
  --contestant NAME    who runs; may be repeated; default: sluice, and whom the bounds name
  --options FILE       sluice with these options, as createSluice takes them, such as {"control": {"epochMs": 8000}}
  --preset NAME        sluice with this preset: calm, balanced, agile
  --law NAME           sluice with this law: plateau, aimd
  --threads N          worker threads; default: one a core
  --report PAGE.html   writes a page with the charts of each scenario's first seed
  --open               opens it in the browser; without --report it is sluice-report.html
  --playground         serves a page on this machine in which all of this is simulated while you look on and change it, until
                       Ctrl-C; prints its address; --open opens it. A scenario must be a built-in one
  --json               one JSON object on standard output: every metric of every run, and every bound
  --help               this text

The table has means over the seeds. A bound that is missed is shown with the command that repeats its worst seed.

Contestants:
${wrapped(CONTESTANT_NAMES.join(", "), { width: 100, indent: "  " })}

Exit code: 0 all bounds hold, 1 a bound is missed or a run failed,
2 wrong usage, or a limit or workload of your own that breaks its promise, 130 interrupted.
`;

const WRONG_USAGE = 2;
const INTERRUPTED = 130;

/** Runs `sluice simulate`; resolves with its exit code. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const args = await readSimulateArgs(argv, io.stderr);
  if (args.playground !== undefined) return servePlayground(args.playground, io);
  if (args.isList) return list(args, io);
  const { scenarios, seeds, threads, contestants } = args;
  const progress = createProgressLine(io);
  const result = await simulate({
    scenarios: scenarios.map(({ scenario }) => scenario),
    seeds,
    signal: io.interrupt,
    ...(threads !== undefined && { threads }),
    ...(contestants !== undefined && { contestants }),
    onProgress: ({ done, total, share }) => progress.show({ share, text: `${done} of ${plural(total, "world")}` }),
  }).finally(() => progress.end());
  const parted = partCrowds(result);
  if (args.isJson) io.stdout.write(`${JSON.stringify({ seeds, ...result })}\n`);
  else tell(parted, args, io);
  if (!result.isComplete) {
    io.stderr.write("sluice simulate: interrupted; this is what was done by then\n");
    return INTERRUPTED;
  }
  if (args.page !== undefined) await tellOnPage(args.page, result, args, io);
  const { single, crowds } = parted;
  if (partOwnCode(result.failures).mistakes.length > 0) return WRONG_USAGE;
  const isGood = result.failures.length === 0 && single.judgements.every(({ holds }) => holds);
  return isGood && crowds.every(holdsEnough) ? 0 : 1;
}

function tell({ single, crowds }: Parted, args: SimulateArgs, { stdout, env }: Io): void {
  const look = { paint: createPaint(stdout, env), columns: stdout.columns ?? 80 };
  const { judgements } = single;
  const { mistakes, others: failures } = partOwnCode(single.failures);
  const told = args.scenarios.filter(({ scenario }) => !crowds.some(({ worlds }) => worlds.has(scenario.name)));
  const parts = [
    ...(single.runs.length + single.failures.length === 0
      ? []
      : [
          outcomeTable(single, look),
          `${plural(told.length, "scenario")}, ${seedsText(args.seeds)}: ${verdict(judgements, look.paint)}`,
        ]),
    ...crowds.map((crowd) => crowdText(crowd, look)),
    ...judgements
      .filter(({ holds }) => !holds)
      .map((judgement) => violationText(judgement, { look, again: (each) => again(each, args) })),
    ...mistakes.map((text) => `  ${look.paint("red", text)}`),
    ...failures.map(
      ({ scenario, contestant, seed, error }) =>
        `  ${look.paint("bold", scenario)}: ${contestant} failed with seed ${seed}\n    ${look.paint("red", error)}`,
    ),
  ];
  stdout.write(`${parts.join("\n\n")}\n`);
}

/** The command that repeats a bound's worst seed. */
function again(
  { scenario, contestant, worstSeed }: Judgement,
  { scenarios, optionWords }: SimulateArgs,
): readonly string[] {
  const word = scenarios.find((each) => each.scenario.name === scenario)?.word ?? scenario;
  const who = contestant === "sluice" ? optionWords : ["--contestant", contestant];
  const seed = ["--seeds-from", String(worstSeed), "--seeds", "1"];
  return ["sluice", "simulate", word, ...who, ...seed, "--report", DEFAULT_PAGE];
}

function list({ isJson }: SimulateArgs, { stdout, env }: Io): number {
  if (isJson) {
    stdout.write(`${JSON.stringify(SCENARIOS)}\n`);
    return 0;
  }
  const paint = createPaint(stdout, env);
  const width = Math.min(stdout.columns ?? 80, 100);
  for (const { name, story } of SCENARIOS) {
    stdout.write(`${paint("bold", name)}\n${wrapped(story, { width, indent: "  " })}\n`);
  }
  return 0;
}
