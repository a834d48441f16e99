import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { seededRandom } from "../../simulations/random.js";
import { createDisplay } from "./batch/display.js";
import { runFile } from "./batch/live/run-file.js";
import { openFile } from "./batch/requests/open-file.js";
import { lineRequests } from "./batch/requests/requests.js";
import { openLines } from "./batch/results/line-file.js";
import { newFile, noPast, readPast } from "./batch/results/past.js";
import { splitResults } from "./batch/results/results.js";
import { Router } from "./batch/servers.js";
import { survey } from "./batch/survey.js";
import { type Io, UsageError } from "./command.js";
import { charts } from "./demo/charts.js";
import { startPlainLoop, toProgress } from "./demo/plain-loop.js";
import { kindOf, movesOf, PARTS, SHORTAGE } from "./demo/plan.js";
import { clairvoyantRow, rowOf, type Seen, table } from "./demo/report.js";
import { makeRequests, type RequestLine } from "./demo/requests.js";
import { sampling } from "./demo/samples.js";
import { type ServerProcess, startServerProcess } from "./demo/server.js";
import { readTexts } from "./demo/texts.js";

export const summary = "show it all in a minute: a moving limit, sluice, and a plain retry loop beside it";

export const help = `sluice demo: ${summary}

Usage: sluice demo [--seed N] [--json]

It starts two simulated APIs (sluice serve, Together's rule) in processes of their own on loopback, and moves the limits of
both in the same way while they work. One gets some hundreds of chat and embedding requests, made of the Markdown files of
the installed packages, from the machinery of 'sluice run'. The other gets the same from the retry loop that most people
have. At the end stand both beside a clairvoyant, who knows every limit in advance: all numbers are those of the run.

Options:
  --seed N   draws the requests and the servers' latencies; default 1
  --json     the numbers as one JSON object on standard output
  --help     this text
`;

/** What the plain loop is: a common choice of users, on the generous side of the SDKs' two retries. */
const PLAIN = { concurrency: 10, retriesMax: 4 } as const;

/** Nobody waits longer for a demonstration. */
const TIME_MAX_MS = 90_000;

/** Runs `sluice demo`; resolves with its exit code. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: { seed: { type: "string", default: "1" }, json: { type: "boolean", default: false } },
  });
  if (!/^\d{1,9}$/.test(values.seed)) throw new UsageError(`--seed must be a whole number, got '${values.seed}'`);
  const seed = Number(values.seed);
  const folder = await mkdtemp(join(tmpdir(), "sluice-demo-"));
  const servers: ServerProcess[] = [];
  try {
    const lines = makeRequests(PARTS, await readTexts(1_000), seededRandom(`${seed}/requests`));
    const options = serveOptions(seed);
    servers.push(...(await Promise.all([startServerProcess(options), startServerProcess(options)])));
    return await show(lines, servers, { folder, io, json: values.json, seed });
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

interface Setting {
  readonly folder: string;
  readonly io: Io;
  readonly json: boolean;
  readonly seed: number;
}

async function show(
  lines: readonly RequestLine[],
  servers: readonly ServerProcess[],
  setting: Setting,
): Promise<number> {
  const { folder, io, json, seed } = setting;
  const [own, other] = servers;
  if (own === undefined || other === undefined) throw new Error("BUG: two servers were started");
  const display = createDisplay({ stderr: io.stderr, env: io.env, json, quiet: false });
  const requests = join(folder, "requests.jsonl");
  const output = join(folder, "results.jsonl");
  await writeFile(requests, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  display.note("intro", introduction(lines, servers));

  const router = new Router([{ baseUrl: new URL(own.url) }]);
  const toSend = lineRequests(openFile(requests), router);
  const past = noPast();
  const found = await survey(toSend, past);
  const file = await openLines(newFile(output));
  const results = splitResults(file, file);
  const interrupt = AbortSignal.any([io.interrupt, AbortSignal.timeout(TIME_MAX_MS)]);
  const [ownBeginMs = 0, otherBeginMs = 0] = await Promise.all(servers.map((server) => server.begin(movesOf(PARTS))));
  const loop = startPlainLoop(lines, other.url, PLAIN, interrupt);
  const watched = sampling(display, kindOf, () => loop.tallies.map((tally) => toProgress(tally, kindOf(tally.model))));
  const ending = await runFile({
    ...{ requests: toSend, found, past, results, output, options: {}, display: watched.display, interrupt },
  }).finally(() => results.close());
  const rest = loop.tallies.reduce((sum, { total, answered, lost }) => sum + total - answered - lost, 0);
  if (rest > 0 && !interrupt.aborted)
    display.note("waiting", `sluice is through; the plain loop still has ${rest} requests to go`);
  await loop.done;

  const [ownState, otherState] = await Promise.all([own.state(), other.state()]);
  const sluiceSeen: Seen = {
    lanes: ownState.lanes,
    period: { beginMs: ownBeginMs, readMs: ownState.nowMs },
    ends: new Map(
      ending.models.map(({ model, done, failed }) => [
        model,
        { answered: done - failed, lost: failed, endMs: watched.endsMs.get(model) ?? ending.elapsedMs },
      ]),
    ),
  };
  const plainSeen: Seen = {
    lanes: otherState.lanes,
    period: { beginMs: otherBeginMs, readMs: otherState.nowMs },
    ends: new Map(loop.tallies.map((tally) => [tally.model, tally])),
  };
  const sluiceRow = rowOf("sluice", sluiceSeen);
  const rows = [clairvoyantRow(sluiceSeen), sluiceRow, rowOf("plain loop", plainSeen)];
  const { done: written } = await readPast([output]);
  if (json) {
    const lanes = { sluice: ownState.lanes, plain: otherState.lanes };
    io.stdout.write(`${JSON.stringify({ seed, plain: PLAIN, rows, lanes })}\n`);
  } else {
    const drawn = charts({ parts: PARTS, rates: watched.rates(), sluice: sluiceSeen, plain: plainSeen });
    io.stdout.write(`\n${drawn}\n\n${table(rows)}\n\n${legend(written, lines.length)}\n`);
  }
  if (io.interrupt.aborted) return 130;
  return written === lines.length && sluiceRow.lost === 0 ? 0 : 1;
}

function serveOptions(seed: number): readonly string[] {
  const models = PARTS.flatMap(({ model }) => ["--model", model]);
  return ["--provider", "together", "--headers", "every", "--seed", String(seed), ...models];
}

function introduction(lines: readonly RequestLine[], servers: readonly ServerProcess[]): string {
  const texts = lines.reduce((sum, { body }) => sum + (Array.isArray(body["input"]) ? body["input"].length : 1), 0);
  const limits = PARTS.map(({ kind, limits }) => {
    const steps = limits.map(({ atMs, perSecond }) => `${perSecond}/s${atMs === 0 ? "" : ` at ${atMs / 1_000} s`}`);
    return `  ${kind}: ${steps.join(", ")}`;
  });
  const { fromMs, untilMs, perSecond } = SHORTAGE;
  return [
    `${lines.length} requests with ${texts} texts, sent to two simulated APIs (pids ${servers.map(({ pid }) => pid).join(", ")}):`,
    "to one by sluice, which knows nothing of its limits, to the other by a plain",
    "retry loop. Both servers move their limits alike, unannounced:",
    ...limits,
    `  both: 503 above ${perSecond}/s from ${fromMs / 1_000} s to ${untilMs / 1_000} s, for want of capacity`,
    "",
  ].join("\n");
}

function legend(written: number, asked: number): string {
  return [
    `plain loop: ${PLAIN.concurrency} at once, each tried up to ${PLAIN.retriesMax + 1} times, after Retry-After or else`,
    "  0.5 s, 1 s, 2 s ..., as SDKs do; what it gave up after that is lost",
    "goodput: answers as a share of what the server would have let in meanwhile",
    `sluice's results file has ${written} of ${asked} ids, each once`,
  ].join("\n");
}
