import { createReadStream } from "node:fs";
import { isSluiceError } from "../errors.js";
import { type RunArgs, readRunArgs } from "./batch/args.js";
import { createDisplay, type Display } from "./batch/display.js";
import type { Stop } from "./batch/job.js";
import { noPast, type Past, readPast } from "./batch/past.js";
import { openRecorder } from "./batch/record.js";
import { openResults, streamResults } from "./batch/results.js";
import { runFile } from "./batch/run-file.js";
import { ATTEMPTS_MAX } from "./batch/sluice.js";
import { type Ending, exitCodeOf, summarize, totalsOf } from "./batch/summary.js";
import { type Survey, survey } from "./batch/survey.js";
import { plural } from "./batch/words.js";
import { type Io, UsageError } from "./command.js";

/** One line for `sluice --help`. */
export const summary = "send a file of requests as fast as the server lets it";

/** All of `sluice run --help`. */
export const help = `sluice run: ${summary}

Usage: sluice run REQUESTS.jsonl --base-url URL [-o RESULTS.jsonl] [options]

Each line of REQUESTS.jsonl is one request, in the form of OpenAI's Batch API:
  {"custom_id": "a-1", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "…", "messages": […]}}
Each line of the results is one answer, in the order of completion:
  {"id": "…", "custom_id": "a-1", "response": {"status_code": 200, "request_id": "…", "body": {…}}, "error": null}
A line that can't be sent (broken, no model, an id used twice) becomes an error line that says which it is and why.

Run it again with the same files to go on where it stopped: ids that have a result, good or bad, are skipped.

Options:
  -o, --output FILE    results file, added to; default: standard output
  --base-url URL       the server, joined with each line's url by path (a /v1 that both have isn't doubled)
  --api-key-env NAME   environment variable that holds the key; without it no key is sent
  --options FILE       JSON of options for createSluice, such as {"control": {"rateMax": 20}}
  --record LOG.jsonl   adds a log of sends, responses and decisions, for sluice replay; no bodies, no keys
  --json               progress and summary as JSON lines on standard error
  --quiet              no progress: errors and the summary alone
  --help               this text

A refused request waits for its turn and is tried again, ${ATTEMPTS_MAX} times at most (option "retry": {"attemptsMax": …}).
Ctrl-C waits for what is in flight and tells what is left; a second one stops at once.

Exit code: 0 all done, 1 some requests failed, 2 wrong usage or key, 3 quota exhausted, 130 interrupted.
`;

/** Runs `sluice run`; resolves with its exit code. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const args = await readRunArgs(argv, io.env);
  const display = createDisplay({ stderr: io.stderr, env: io.env, json: args.json, quiet: args.quiet });
  const open = () => createReadStream(args.requests, { highWaterMark: 256 * 1024 });
  const past = args.output === undefined ? noPast() : await readPast(args.output);
  const recorder =
    args.record === undefined
      ? undefined
      : await openRecorder(args.record, (message) => display.note("record", message));
  const found = await survey(open, past, io.interrupt);
  tellFindings(found, past, display);
  const results = args.output === undefined ? streamResults(io.stdout) : await openResults(args.output, past);
  let ending: Ending;
  try {
    ending = await runFile({ ...args, open, past, found, results, recorder, display, interrupt: io.interrupt });
  } catch (error) {
    if (isSluiceError(error) && error.code === "ERR_SLUICE_OPTION") throw new UsageError(error.message);
    throw error;
  } finally {
    await results.close();
  }
  return tellEnding(ending, args, display, io);
}

function tellFindings({ problems, problemCount, strangers, models }: Survey, past: Past, display: Display): void {
  for (const { message, ...facts } of problems) display.note("problem", message, facts);
  const more = problemCount - problems.length;
  if (more > 0) display.note("problem", `and ${plural(more, "more broken line")}`);
  if (past.tornBytes > 0) {
    display.note(
      "torn",
      `the last result was cut short (${plural(past.tornBytes, "byte")}); its request is sent again`,
    );
  }
  if (strangers > 0) {
    display.note(
      "strangers",
      `${plural(strangers, "result")} in the output belong to no line of this file; are these its results?`,
    );
  }
  const total = [...models.values()].reduce((sum, model) => sum + model.total - model.done, 0);
  const before = past.done.size - strangers;
  const skipped = before > 0 ? `; ${before} have their results` : "";
  display.note("start", `${plural(total, "request")} to send for ${plural(models.size, "model")}${skipped}`, {
    total,
    before,
  });
}

function tellEnding(ending: Ending, args: RunArgs, display: Display, { stderr }: Io): number {
  const code = exitCodeOf(ending);
  if (ending.stop !== undefined && ending.stop.because !== "interrupted") {
    display.note("error", `sluice run: ${describe(ending.stop)}`);
  }
  const text = summarize(ending);
  if (args.json)
    display.note("summary", text, { ...totalsOf(ending), elapsedMs: Math.round(ending.elapsedMs), exitCode: code });
  else stderr.write(`${text}\n`);
  return code;
}

function describe(stop: Exclude<Stop, { because: "interrupted" }>): string {
  switch (stop.because) {
    case "exhausted":
      return `the quota is exhausted: ${stop.message}`;
    case "unauthorized":
      return `the server doesn't accept the key (401): ${stop.message}`;
    case "unwritable":
      return `cannot write the results: ${stop.message}`;
    case "unreadable":
      return `cannot read the requests: ${stop.message}`;
  }
}
