import { writeFile } from "node:fs/promises";
import { contrast } from "../../simulations/replay/contrast.js";
import { estimateServer, type ServerEstimate } from "../../simulations/replay/estimate.js";
import { LogError } from "../../simulations/replay/log.js";
import { playOpenLoop } from "../../simulations/replay/open-loop.js";
import type { EventLog } from "../../simulations/replay/read-log.js";
import { allowedIn, recordingOf } from "../../simulations/replay/recording.js";
import { type WhatIf, whatIf } from "../../simulations/replay/what-if.js";
import { isSluiceError } from "../errors.js";
import { createPaint } from "./batch/display.js";
import { messageOf } from "./batch/failure.js";
import { plural } from "./batch/words.js";
import { type Io, UsageError } from "./command.js";
import { type ReplayArgs, readReplayArgs } from "./replay/args.js";
import { tellOnPage } from "./replay/page.js";
import { readLogFile } from "./replay/read.js";
import { contrastText, estimateText, logText } from "./replay/tell.js";
import { whatIfTable } from "./replay/what-if.js";
import { createProgressLine } from "./simulate/progress.js";
import { seedsText } from "./simulate/words.js";

export const summary = "what other options would have decided on recorded traffic, and what if";

export const help = `sluice replay: ${summary}

Usage: sluice replay LOG.jsonl [options]

LOG.jsonl is what 'sluice run --record LOG.jsonl' wrote, or recordLog() of sluice/simulations in an app of your own.

Each recorded send and response goes through the production code at its recorded instant, under the options given here. Open
loop: what would have been decided changes nothing of what was sent, so that the rates tell how another control reads the
same evidence, and not what would have come of it. That is what --what-if is for: a server is guessed from the log (its limit
over time, how it refills, how long answers take, what fails), and the same users meet it with other options.

Options:
  --options FILE        these options, as createSluice takes them; default: those that the log names
  --preset NAME         this preset: calm, balanced, agile
  --law NAME            this law: plateau, aimd
  --what-if             runs the guessed server with the presets and with your options, beside what was recorded
  --seeds N             seeds of that; default 3
  --threads N           worker threads; default: one a core
  --scenario FILE.json  writes the guessed server as a scenario, to be edited, and run by simulate, compare and tune
  --report PAGE.html    writes a page with the charts: the log, the replay and, with --what-if, the other runs
  --open                opens it in the browser; without --report it is sluice-replay.html
  --json                one JSON object on standard output: every rate and decision
  --help                this text

Exit code: 0 done, 2 wrong usage or a log that can't be read, 130 interrupted.
`;

const INTERRUPTED = 130;

/** Runs `sluice replay`; resolves with its exit code. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const args = await readReplayArgs(argv);
  const log = await readLogFile(args.log);
  for (const note of log.notes) io.stderr.write(`${note}\n`);
  if (!log.events.some(({ type }) => type === "sent")) throw new UsageError(`${args.log} has no send in it`);
  const options = args.options ?? (log.control === undefined ? {} : { control: log.control });
  const recorded = allowedIn(log);
  const replayed = playedWith(log, options, args);
  const keys = contrast(log, recorded, replayed);
  const isGuessed = args.isWhatIf || args.scenario !== undefined || args.page !== undefined;
  const estimate = isGuessed ? guess(log, args.log) : undefined;
  const outcome = estimate && args.isWhatIf ? await runWhatIf(estimate, log, args, io) : undefined;
  const { stdout } = io;
  if (args.isJson) {
    const { decisions, rates } = replayed;
    const replay = { decisions, rates: Object.fromEntries(rates) };
    stdout.write(
      `${JSON.stringify({ notes: log.notes, options, keys, replayed: replay, estimate, whatIf: outcome })}\n`,
    );
  } else {
    const look = { paint: createPaint(stdout, io.env), columns: Math.min(stdout.columns ?? 80, 100) };
    const parts = [
      logText(log),
      contrastText(keys, look),
      ...(estimate === undefined ? [] : [estimateText(estimate, look)]),
      ...(outcome === undefined
        ? []
        : [`${look.paint("bold", "What if")}  ${seedsText(args.seeds)}\n${whatIfTable(outcome, look.paint)}`]),
    ];
    stdout.write(`${parts.join("\n\n")}\n`);
  }
  if (outcome?.simulation.isComplete === false) {
    io.stderr.write("sluice replay: interrupted; this is what was done by then\n");
    return INTERRUPTED;
  }
  if (estimate !== undefined) await write(estimate, args, io);
  if (estimate !== undefined && args.page !== undefined) {
    const { isWhatIf } = args;
    await tellOnPage(args.page, { log, estimate, recorded, replayed, isWhatIf, options: args.options }, io);
  }
  return 0;
}

function playedWith(log: EventLog, options: NonNullable<ReplayArgs["options"]>, args: ReplayArgs) {
  try {
    return playOpenLoop(log, options);
  } catch (error) {
    if (!isSluiceError(error)) throw error;
    throw new UsageError(args.options === undefined ? `${args.log}:1: ${error.message}` : error.message);
  }
}

function guess(log: EventLog, path: string): ServerEstimate {
  try {
    return estimateServer(log);
  } catch (error) {
    if (error instanceof LogError) throw new UsageError(`${path}: ${error.message}`);
    throw error;
  }
}

async function runWhatIf(estimate: ServerEstimate, log: EventLog, args: ReplayArgs, io: Io): Promise<WhatIf> {
  const progress = createProgressLine(io);
  const { seeds, threads, options } = args;
  return await whatIf(estimate, recordingOf(log, estimate, allowedIn(log)), {
    ...{ seeds, options, signal: io.interrupt },
    ...(threads !== undefined && { threads }),
    onProgress: ({ done, total, share }) => progress.show({ share, text: `${done} of ${plural(total, "world")}` }),
  }).finally(() => progress.end());
}

async function write({ scenario }: ServerEstimate, { scenario: path }: ReplayArgs, io: Io): Promise<void> {
  if (path === undefined) return;
  try {
    await writeFile(path, `${JSON.stringify(scenario, null, 2)}\n`);
  } catch (error) {
    throw new UsageError(`--scenario ${path} can't be written: ${messageOf(error)}`);
  }
  io.stderr.write(`the scenario is ${path}; 'sluice simulate ${path}' runs it\n`);
}
