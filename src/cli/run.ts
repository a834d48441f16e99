import { isSluiceError } from "../errors.js";
import { type RunArgs, readRunArgs } from "./batch/args.js";
import { createDisplay, type Display } from "./batch/display.js";
import { Estimate } from "./batch/estimate/estimate.js";
import { messageOf } from "./batch/failure.js";
import { capsOf } from "./batch/hosted/caps.js";
import { batchFolderOf, type OrderedPart, readJournal } from "./batch/hosted/journal.js";
import { Plan } from "./batch/hosted/plan.js";
import { runBatches } from "./batch/hosted/run-batches.js";
import { checkServers, markUnderWay, sayBatches } from "./batch/hosted/under-way.js";
import { keepHeapSmall } from "./batch/live/heap.js";
import { type PackFor, packFor } from "./batch/live/packs.js";
import { openRecorder } from "./batch/live/record.js";
import { runFile } from "./batch/live/run-file.js";
import { ATTEMPTS_MAX } from "./batch/live/sluice.js";
import { checkModels, type ModelCheck } from "./batch/model-check.js";
import { createRunPage, type RunPage } from "./batch/page/run-page.js";
import type { RunReporter } from "./batch/page/run-report.js";
import type { RoutedRequest } from "./batch/requests/batch-line.js";
import type { Requests } from "./batch/requests/requests.js";
import { openSource, type Source } from "./batch/requests/source.js";
import { openLines } from "./batch/results/line-file.js";
import { lock } from "./batch/results/lock.js";
import { noPast, type Past, readPast } from "./batch/results/past.js";
import { type Results, splitResults, streamLines } from "./batch/results/results.js";
import { dropFailures, firstStranger } from "./batch/results/revise.js";
import type { LineWriter } from "./batch/results/write-lines.js";
import { dialectNameOf, Router } from "./batch/servers.js";
import type { Ending } from "./batch/summary.js";
import { type Survey, survey, withoutModels } from "./batch/survey.js";
import { tellEnding, tellEstimate, tellFindings } from "./batch/tell.js";
import { plural } from "./batch/words.js";
import { type Io, UsageError } from "./command.js";

/** One line for `sluice --help`. */
export const summary = "send a file of requests as fast as the server lets it";

/** All of `sluice run --help`. */
export const help = `sluice run: ${summary}

Usage: sluice run REQUESTS.jsonl --base-url URL [-o RESULTS.jsonl] [options]
       sluice run TEXTS --embed MODEL --base-url URL [-o RESULTS.jsonl] [options]

Each line of REQUESTS.jsonl is one request (gzipped or not; - reads standard input, to its end before anything is sent):
  {"custom_id": "a-1", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "…", "messages": […]}}
  {"custom_id": "a-1", "params": {"model": "…", "max_tokens": 100, "messages": […]}}    (Anthropic's batches)
  {"model": "…", "messages": […]}                                                        (its id is line-1, line-2, …)
Each line of the results is one answer, as the hosted batch of that form writes it, in the order of completion.
Failures go to a second file, and with them lines that can't be sent (broken, no model, an id used twice), each with its
number and the reason.

Run it again with the same files to go on where it stopped, whatever stopped it: ids that have a result, good or bad, are
skipped, a last line that was cut short is dropped. A second run on the same files is refused while the first one lives.

Options:
  -o, --output FILE    results file, added to; default, or -: standard output, failures among them
  --errors FILE        file for failures; default: RESULTS.errors.jsonl beside RESULTS.jsonl
  --retry-failed       sends again what failed before, and takes those failures out of the file
  --keep-others        goes on in a results file that has results of other requests, and keeps them
  --ordered            results in the order of the requests, in each run; holds up to 1,000 for that
  --base-url URL       the server, joined with each line's url by path (a /v1 that both have isn't doubled). Several may be
                       named: a line whose url is a whole address goes to the one with its origin, all others to the
                       first (lines in Anthropic's form: to api.anthropic.com, if it is among them)
  --api-key-env NAME   environment variable that holds the key, the second for the second --base-url; without it, or
                       with "", no key is sent
  --embed MODEL        TEXTS is a file with a text a line (ids line-1, line-2, …), or a folder with a text a file (its path
                       is its id): has each embedded
  --pack N             texts in one request of --embed; default 20 at Together, as its guide says, and 1 elsewhere. Each text has
                       its own result all the same; the tokens of a request are shared among them by their length
  --endpoint PATH      where bodies go that don't say it; default: by what they have (messages, input, prompt)
  --no-model-check     sends without asking GET /v1/models first; by default requests for a model that isn't there become
                       error lines, unless the server has no such list
  --dry-run            checks everything, tells what it would take, and sends nothing
  --price-in DOLLARS   for a million tokens, or MODEL=DOLLARS, again for each model: --dry-run tells the cost, sent now and
  --price-out DOLLARS  by the provider's own batch at half the price
  --batch              sends the requests in batches that the provider works off within a day at half the price (/v1/files and
                       /v1/batches, as at OpenAI and Together); results come into the same files, with the same lines.
                       Needs -o: which batches run is kept beside it, in RESULTS.jsonl.batches
  --batch-lines N      requests in a batch; default 100 at Together, 50000 elsewhere
  --batch-bytes N      bytes of its file; default 100000000 at Together, 200000000 elsewhere
  --batches-max N      batches at once; default 10 at Together, 100 elsewhere
  --batch-poll S       seconds to the first look how they stand, the next come ever later, up to a minute; default 15
  --cancel             with --batch: ends those that run, takes in what they have answered, and orders nothing
  --options FILE       JSON of options for createSluice, such as {"control": {"rateMax": 20}}
  --record LOG.jsonl   adds a log of sends, responses and decisions, for sluice replay; no bodies, no keys
  --watch              a live page of it on this machine, for 'sluice watch' to open: progress, time left, each model's rate and
                       limit and why, failures by their kind; from it the run can be held, let go on, and capped. Started
                       again, the run has the same page
  --report PAGE.html   writes a page of it when it is over: rates, limits, refusals, queue and waits over time, the decisions
                       and their reasons, failures by their kind; one file that needs nothing else
  --open               opens it in the browser; without --report it is sluice-report.html
  --json               progress and summary as JSON lines on standard error
  --quiet              no progress: errors and the summary alone
  --help               this text

A refused request waits for its turn and is tried again, ${ATTEMPTS_MAX} times at most (option "retry": {"attemptsMax": …}).
Ctrl-C waits for what is in flight and tells what is left; a second one stops at once. Batches run on: the same command goes
on with them, and orders nothing twice.

Exit code: 0 all done, 1 some requests failed, 2 wrong usage or key, 3 quota exhausted, 130 interrupted.
`;

/** Runs `sluice run`; resolves with its exit code. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const args = await readRunArgs(argv, io.env);
  keepHeapSmall();
  const display = createDisplay({ stderr: io.stderr, env: io.env, json: args.json, quiet: args.quiet });
  const paths = [args.output, args.errors].filter((path) => path !== undefined);
  // Who only looks takes nothing away from whoever writes.
  const release = args.dryRun ? undefined : await lock(paths);
  let source: Source | undefined;
  const page = args.watch && !args.dryRun ? createRunPage(args, display, io) : undefined;
  const reporter = args.report === undefined ? undefined : await createReporter(args);
  let ending: Ending;
  try {
    source = await openSource(args, new Router(args.servers), io);
    const estimate = args.dryRun ? new Estimate(args.prices, args.options, packingOf(args)) : undefined;
    const plan = planFor(args);
    const look = await lookAt(source.requests, paths, args, display, io, (request) => {
      if (args.batch !== undefined) checkHosted(request);
      estimate?.add(request);
      plan?.add(request);
    });
    if (estimate !== undefined) return tellEstimate(estimate, look.found, args, io, plan);
    ending = await sendAll(source.requests, look, args, display, io, { page, reporter });
    await page?.end(ending);
  } catch (error) {
    if (isSluiceError(error) && error.code === "ERR_SLUICE_OPTION") throw new UsageError(error.message);
    throw error;
  } finally {
    await page?.end();
    await source?.close();
    await release?.();
  }
  const code = tellEnding(ending, args, display, io);
  if (args.report !== undefined && reporter !== undefined) {
    display.note("report", await reporter.write(args.report, ending, args));
  }
  return code;
}

/** The page is drawn by what draws a simulation's: it is loaded where one is asked for. */
async function createReporter({ servers }: RunArgs): Promise<RunReporter> {
  const { RunReporter } = await import("./batch/page/run-report.js");
  return new RunReporter(servers.map(({ baseUrl }) => baseUrl.origin));
}

/** What is done, what there is to do, and what can't be done. */
interface Look {
  readonly past: Past;
  readonly found: Survey;
  readonly unknown: ReadonlyMap<string, string>;
  /** Hosted batches that run. */
  readonly parts: readonly OrderedPart[];
}

async function lookAt(
  requests: Requests,
  paths: readonly string[],
  args: RunArgs,
  display: Display,
  { interrupt }: Io,
  onRequest: (request: RoutedRequest) => void,
): Promise<Look> {
  const left = await readPast(paths);
  const { output, batch, retryFailed, servers } = args;
  const folder = output === undefined ? undefined : batchFolderOf(output);
  const parts = folder === undefined ? [] : await readJournal(folder);
  if (parts.length > 0 && batch === undefined) {
    throw new UsageError(
      `${sayBatches(parts)} run for ${output}: go on with --batch, or end them with --batch --cancel`,
    );
  }
  checkServers(parts, servers);
  // What went to standard output is nobody's memory: everything is sent again.
  const past =
    folder === undefined
      ? { ...noPast(), files: left.files }
      : await markUnderWay(left, parts, { folder, retryFailed });
  const all = await survey(requests, past, { retryFailed, signal: interrupt, onRequest }).catch((error) => {
    throw error instanceof UsageError ? error : new UsageError(`cannot read ${args.requests}: ${messageOf(error)}`);
  });
  const { unknown, notices } = args.checksModels ? await checkModels(all, interrupt) : NOT_CHECKED;
  const found = withoutModels(all, unknown);
  if (!interrupt.aborted) for (const notice of notices) display.note("models", notice);
  tellFindings(found, past, display);
  if (interrupt.aborted) return { past, found, unknown, parts };
  if (found.strangers > 0) {
    const what = `${plural(found.strangers, "result")} of requests that are not in ${args.requests} (${(await firstStranger(past)) ?? "in batches that run"})`;
    if (!args.keepOthers) throw new UsageError(`${what}: name another file with -o, or keep them with --keep-others`);
    display.note("strangers", `keeps ${what}`);
  }
  const isFresh = args.retryFailed && !args.dryRun;
  return { past: isFresh ? await dropFailures(past) : past, found, unknown, parts };
}

/** How texts are packed; undefined where nothing is. */
function packingOf({ embed, pack, batch }: RunArgs): PackFor | undefined {
  return embed === undefined || batch !== undefined ? undefined : packFor(pack);
}

/** How many batches there would be, for whoever only looks. */
function planFor({ batch, dryRun, options }: RunArgs): Plan | undefined {
  return batch === undefined || !dryRun ? undefined : new Plan((server) => capsOf(server, options, batch.caps));
}

/** @throws UsageError for a request of which no hosted batch could be made */
function checkHosted({ form, lane, line }: RoutedRequest): void {
  if (form === "openai" && dialectNameOf(lane.server) !== "anthropic") return;
  throw new UsageError(
    `line ${line}: --batch knows batches of OpenAI's form alone, and no Message Batches of Anthropic's; without --batch it is sent`,
  );
}

const NOT_CHECKED: ModelCheck = { unknown: new Map(), notices: [] };

async function sendAll(
  requests: Requests,
  look: Look,
  args: RunArgs,
  display: Display,
  io: Io,
  { page, reporter }: { readonly page: RunPage | undefined; readonly reporter: RunReporter | undefined },
): Promise<Ending> {
  const onTrouble = (message: string): void => display.note("record", message);
  const recorder = args.record === undefined ? undefined : await openRecorder(args.record, onTrouble);
  const results = await openResults(args, look.past, io);
  try {
    const job = { ...args, ...look, requests, results, display, page, interrupt: io.interrupt };
    if (args.batch === undefined || args.output === undefined)
      return await runFile({ ...job, recorder, reporter, packFor: packingOf(args) });
    return await runBatches({ ...job, batch: args.batch, folder: batchFolderOf(args.output) });
  } finally {
    await results.close();
  }
}

async function openResults({ output, errors = output }: RunArgs, { files }: Past, { stdout }: Io): Promise<Results> {
  const open = async (path: string | undefined): Promise<LineWriter> => {
    const file = files.find((known) => known.path === path);
    return file === undefined ? streamLines(stdout) : openLines(file);
  };
  const answers = await open(output);
  return splitResults(answers, errors === output ? answers : await open(errors));
}
