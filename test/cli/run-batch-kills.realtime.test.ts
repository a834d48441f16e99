import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { seededRandom } from "../../simulations/random.js";
import { type RunningServer, startServer } from "../../simulations/server/http.js";
import { type Relay, startRelay } from "./relay.js";

const MAIN = fileURLToPath(new URL("../../dist/src/cli/main.js", import.meta.url));
const MODEL = "meta-llama/Llama-3.3-70B-Instruct-Turbo";
const REQUESTS = 120;
const KILLS = 6;
/** The kill in whose place the disk is full. */
const FULL_DISK = 4;

let folder = "";
let server: RunningServer;
let relay: Relay;
let onRequest: () => void = () => undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-batch-kills-"));
  server = await startServer({
    ...{
      latency: { firstByteMs: 5, perTokenMs: 0 },
      batches: { requestsMax: 10, atOnceMax: 4, requestsPerSecond: 100 },
    },
  });
  relay = await startRelay(server.url, {
    onRequest: () => {
      onRequest();
      return "forward";
    },
  });
});
afterEach(async () => {
  await relay.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const file = (name: string) => join(folder, name);

/** Starts the command in a process of its own; `limitKb` is the largest file that it may write. */
function start(limitKb?: number) {
  const words = ["run", file("in.jsonl"), "-o", file("out.jsonl"), "--quiet", "--options", file("options.json")];
  const batch = ["--batch", "--batch-lines", "10", "--batches-max", "4", "--batch-poll", "0.1", "--no-model-check"];
  const argv = [MAIN, ...words, ...batch, "--base-url", `${relay.url}/v1`];
  const child =
    limitKb === undefined
      ? spawn(process.execPath, argv)
      : spawn("bash", ["-c", `ulimit -f ${limitKb}; exec "$@"`, "bash", process.execPath, ...argv]);
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return { child, ended: once(child, "close").then(([code]) => ({ code: code as number | null, stderr })) };
}

/** Kills the command after so many requests of its own, at any moment of what follows. */
async function killAfter(requests: number, delayMs: number): Promise<void> {
  const { child, ended } = start();
  let seen = 0;
  onRequest = () => {
    seen += 1;
    if (seen === requests) setTimeout(() => child.kill("SIGKILL"), delayMs);
  };
  await ended;
  onRequest = () => undefined;
}

/** The requests of all batches, by the server's own account. */
async function orderedIds(): Promise<readonly string[]> {
  const batches = (await (await fetch(`${server.url}/v1/batches`)).json()) as readonly {
    readonly input_file_id: string;
  }[];
  const texts = batches.map(async ({ input_file_id: id }) =>
    (await fetch(`${server.url}/v1/files/${id}/content`)).text(),
  );
  const lines = (await Promise.all(texts)).flatMap((text) => text.split("\n").filter((line) => line !== ""));
  return lines.map((line) => (JSON.parse(line) as { custom_id: string }).custom_id);
}

it("sluice run --batch, killed and out of disk, goes on: each request is in one batch, and its result is there once", async () => {
  const ids = Array.from({ length: REQUESTS }, (_, index) => `r${index}`);
  const lines = ids.map((id) => {
    const body = { model: MODEL, max_tokens: 4, messages: [{ role: "user", content: `Say ${id}` }] };
    return JSON.stringify({ custom_id: id, url: "/v1/chat/completions", body });
  });
  await writeFile(file("in.jsonl"), `${lines.join("\n")}\n`);
  await writeFile(file("options.json"), '{"control": {"rateInitial": 500, "burst": 50}}');
  const random = seededRandom(11);
  for (let kill = 1; kill <= KILLS; kill += 1) {
    if (kill !== FULL_DISK) await killAfter(Math.ceil(random() * 9), random() * 12);
    else expect(await start(1).ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/cannot write .*EFBIG/) });
  }
  const before = (await orderedIds()).length;
  const { code, stderr } = await start().ended;
  expect([code, stderr.split("\n")[0]]).toEqual([0, expect.stringMatching(/120 of 120 requests answered/)]);
  const results = (await readFile(file("out.jsonl"), "utf8")).trimEnd().split("\n");
  const answered = results.map((line) => (JSON.parse(line) as { custom_id: string }).custom_id);
  expect([...answered].sort()).toEqual([...ids].sort());
  expect([...(await orderedIds())].sort()).toEqual([...ids].sort());
  expect(await readdir(folder)).not.toContain("out.jsonl.batches");
  // The kills were in the midst of it.
  expect(before).toBeGreaterThan(20);
  expect(before).toBeLessThan(REQUESTS);
}, 120_000);
