import { execFile, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { body, startBenchServer } from "./loopback.mjs";

const MAIN = fileURLToPath(new URL("../../dist/src/cli/main.js", import.meta.url));
const BARE = fileURLToPath(new URL("./bare.mjs", import.meta.url));
const CONCURRENCY = 64;
const OPTIONS = { control: { rateInitial: 1e9, burst: 1_000 }, concurrencyMax: CONCURRENCY };

/** How long the command runs before it is stopped for a slice of the bare calls, in milliseconds; and how many these are. */
const SLICE_MS = 15_000;
const SLICE_REQUESTS = 1_500;

/** `sluice run` over so many lines with no limit in the way, and in turn with it, while it is stopped, the same undici call bare. */
export async function benchRun({ lines }) {
  const folder = await mkdtemp(join(tmpdir(), "sluice-bench-"));
  const server = await startBenchServer();
  const bare = fork(BARE, [server.url, String(CONCURRENCY)]);
  const sendBare = async (requests) => {
    bare.send(requests);
    const [seconds] = await once(bare, "message");
    return seconds;
  };
  try {
    const requests = join(folder, "requests.jsonl");
    await pipeline(Readable.from(linesOf(lines)), createWriteStream(requests));
    await writeFile(join(folder, "options.json"), JSON.stringify(OPTIONS));
    await sendBare(SLICE_REQUESTS); // so that the code is warm
    const ran = await runCommand(folder, requests, server.url, sendBare);
    const results = await countLines(join(folder, "out.jsonl"));
    const { size } = await stat(requests);
    const rate = lines / ran.seconds;
    const bareRate = ran.bareRequests / ran.bareSeconds;
    console.log(`
sluice run on loopback, ${CONCURRENCY} at once, ${lines.toLocaleString("en")} lines (${(size / 1e6).toFixed(0)} MB), start and checks included

results         ${results.toLocaleString("en")}, exit code ${ran.code}
peak memory     ${(ran.peakKb / 1_024).toFixed(0)} MB (resident, of the process)
sluice run      ${rate.toFixed(0)} lines a second
bare            ${bareRate.toFixed(0)} requests a second (${ran.bareRequests.toLocaleString("en")}, in turn)
of bare         ${(rate / bareRate).toFixed(2)}`);
  } finally {
    bare.kill();
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function* linesOf(count) {
  const url = "/v1/chat/completions";
  for (let first = 0; first < count; first += 1_000) {
    const chunk = [];
    for (let index = first; index < Math.min(count, first + 1_000); index += 1) {
      chunk.push(`{"custom_id":"request-${index}","method":"POST","url":"${url}","body":${body}}\n`);
    }
    yield chunk.join("");
  }
}

async function runCommand(folder, requests, url, sendBare) {
  const words = ["run", requests, "-o", join(folder, "out.jsonl"), "--options", join(folder, "options.json"), "--json"];
  const started = process.hrtime.bigint();
  const child = spawn(process.execPath, [MAIN, ...words, "--base-url", new URL(url).origin]);
  let last = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    const events = (last + text).split("\n");
    last = events.pop();
    for (const [model] of events.map((line) => JSON.parse(line).models ?? [])) {
      if (model !== undefined) process.stderr.write(`\rrun: ${model.done} of ${model.total} `);
    }
  });
  let isOver = false;
  const ended = once(child, "close").then(([code]) => {
    isOver = true;
    return code;
  });
  // The peak that the system has seen so far, which only rises: the last look is all but the end's.
  let peakKb = 0;
  const look = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, "utf8").catch(() => "");
    peakKb = Math.max(peakKb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
  }, 100);
  let stoppedSeconds = 0;
  let bareSeconds = 0;
  let bareRequests = 0;
  for (;;) {
    await Promise.race([ended, sleep(SLICE_MS)]);
    // What has ended can't be stopped, and its number may be another's.
    if (isOver) break;
    const stopped = process.hrtime.bigint();
    child.kill("SIGSTOP");
    bareSeconds += await sendBare(SLICE_REQUESTS);
    bareRequests += SLICE_REQUESTS;
    child.kill("SIGCONT");
    stoppedSeconds += Number(process.hrtime.bigint() - stopped) / 1e9;
  }
  clearInterval(look);
  process.stderr.write("\n");
  const seconds = Number(process.hrtime.bigint() - started) / 1e9 - stoppedSeconds;
  return { code: await ended, seconds, peakKb, bareSeconds, bareRequests };
}

async function countLines(path) {
  const { stdout } = await promisify(execFile)("wc", ["-l", path]);
  return Number.parseInt(stdout, 10);
}
