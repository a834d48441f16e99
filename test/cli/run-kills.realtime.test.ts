import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seededRandom } from "../../simulations/random.js";

const MAIN = fileURLToPath(new URL("../../dist/src/cli/main.js", import.meta.url));
const CONCURRENCY = 12;
/** The kill in whose place the disk is full. */
const FULL_DISK = 15;
const OPTIONS = { control: { rateInitial: 400, burst: 50 }, concurrencyMax: CONCURRENCY };

/** What the server has seen, in order: a request that came, or an answer that left. */
interface Seen {
  readonly run: number;
  readonly id: string;
  readonly what: "asked" | "answered";
}

let folder = "";
let server: Server;
let log: Seen[] = [];
let run = 0;
let onAsked: () => void = () => undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-kills-"));
  log = [];
  run = 0;
  const random = seededRandom(7);
  server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += chunk;
    if (request.method === "GET") {
      response.writeHead(404).end();
      return;
    }
    const { user: id } = JSON.parse(text) as { user: string };
    log.push({ run, id, what: "asked" });
    const during = run;
    onAsked();
    await new Promise((resolve) => setTimeout(resolve, 5 + random() * 30));
    response.once("finish", () => log.push({ run: during, id, what: "answered" }));
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ id, content: "x".repeat(200 + random() * 3_000) }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const file = (name: string) => join(folder, name);

/** What stands whole in the results, whatever a crash has left behind it. */
async function idsOf(name: string): Promise<readonly string[]> {
  const text = await readFile(file(name), "utf8").catch(() => "");
  const lines = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  return lines.flatMap((line) => (line === "" ? [] : [(JSON.parse(line) as { custom_id: string }).custom_id]));
}

async function prepare(requests: number): Promise<readonly string[]> {
  const ids = Array.from({ length: requests }, (_, index) => `r${index}`);
  const lines = ids.map((id) => {
    return JSON.stringify({ custom_id: id, url: "/v1/chat/completions", body: { model: "m", user: id } });
  });
  await writeFile(file("requests.jsonl"), `${lines.join("\n")}\n`);
  await writeFile(file("options.json"), JSON.stringify(OPTIONS));
  return ids;
}

/** Starts the command in a process of its own; `limitKb` is the largest file that it may write. */
function start(limitKb?: number) {
  run += 1;
  const { port } = server.address() as AddressInfo;
  const words = ["run", file("requests.jsonl"), "-o", file("out.jsonl"), "--quiet", "--options", file("options.json")];
  const argv = [MAIN, ...words, "--base-url", `http://127.0.0.1:${port}/v1`];
  const child =
    limitKb === undefined
      ? spawn(process.execPath, argv)
      : spawn("bash", ["-c", `ulimit -f ${limitKb}; exec "$@"`, "bash", process.execPath, ...argv]);
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, stderr }));
  return { child, ended };
}

/** Kills the command after so many requests of its own, or after so many milliseconds where there are none yet. */
async function killAfter(requests: number, delayMs: number): Promise<void> {
  const { child, ended } = start();
  let seen = 0;
  if (requests === 0) setTimeout(() => child.kill("SIGKILL"), delayMs);
  onAsked = () => {
    seen += 1;
    // At any moment of the answers that follow, and not always at the arrival of a request.
    if (seen === requests) setTimeout(() => child.kill("SIGKILL"), delayMs);
  };
  await ended;
  onAsked = () => undefined;
}

/** Ids that a later run asked for again, though so many answers had left after their own before that run ended. */
function askedInVain(answersAfter: number): readonly { readonly run: number; readonly ids: readonly string[] }[] {
  const lastAsked = new Map<string, number>();
  for (const { run: during, id, what } of log) if (what === "asked") lastAsked.set(id, during);
  const answersOf = new Map<number, string[]>();
  for (const { run: during, id, what } of log) {
    if (what === "answered") answersOf.set(during, [...(answersOf.get(during) ?? []), id]);
  }
  return [...answersOf].flatMap(([during, all]) => {
    const settled = all.slice(0, Math.max(0, all.length - answersAfter));
    const ids = settled.filter((id) => (lastAsked.get(id) ?? 0) > during);
    return ids.length === 0 ? [] : [{ run: during, ids }];
  });
}

describe("sluice run, killed", () => {
  it("goes on after 30 kills and a disk that fills: each id once in the results, nothing answered is asked again", async () => {
    const ids = await prepare(1_500);
    const random = seededRandom(30);
    const written = new Map<number, readonly string[]>();
    for (let kill = 1; kill <= 30; kill += 1) {
      if (kill > 1) written.set(run, await idsOf("out.jsonl"));
      if (kill === FULL_DISK) {
        const before = (await readFile(file("out.jsonl"))).length;
        const { code, stderr } = await start(Math.ceil(before / 1_024) + 40).ended;
        expect(code).toBe(1);
        expect(stderr).toMatch(/cannot write the results: EFBIG/);
        continue;
      }
      await killAfter(kill % 6 === 0 ? 0 : Math.ceil(random() * 60), random() * (kill % 6 === 0 ? 600 : 25));
      // What a machine that went down would leave.
      if (kill % 10 === 0) await appendFile(file("out.jsonl"), '{"id":"batch_req_0","custom_id":"r1499","respo');
    }
    const before = await readFile(file("out.jsonl"), "utf8");
    const { code, stderr } = await start().ended;
    expect([code, stderr.split("\n")[0]]).toEqual([0, expect.stringMatching(/1500 of 1,500 requests answered/)]);

    const done = await idsOf("out.jsonl");
    expect(done.length).toBe(ids.length);
    expect([...done].sort()).toEqual([...ids].sort());
    expect(await idsOf("out.errors.jsonl")).toEqual([]);
    // The kills were in the midst of it, and nothing was written anew.
    expect(before.split("\n").length).toBeGreaterThan(300);
    expect((await readFile(file("out.jsonl"), "utf8")).startsWith(before.slice(0, before.lastIndexOf("\n")))).toBe(
      true,
    );

    for (const [during, known] of written) {
      const later = new Set(log.flatMap(({ run: at, what, id }) => (what === "asked" && at > during ? [id] : [])));
      expect(known.filter((id) => later.has(id))).toEqual([]);
    }
    // Nor was what had been answered a good while before its kill. A disk that fills takes what was about to be written.
    expect(askedInVain(2 * CONCURRENCY).filter((each) => each.run !== FULL_DISK)).toEqual([]);
    const asked = log.filter(({ what }) => what === "asked").length;
    expect(asked).toBeGreaterThan(ids.length);
    expect(asked).toBeLessThanOrEqual(ids.length + 30 * 3 * CONCURRENCY);
  }, 240_000);

  it("keeps a second run off its files, with a message that says who has them", async () => {
    await prepare(20_000);
    const first = start();
    await new Promise<void>((resolve) => {
      onAsked = resolve;
    });
    const second = await start().ended;
    expect(second.code).toBe(2);
    expect(second.stderr).toMatch(
      new RegExp(`^sluice run: .*out.jsonl is being written by process ${first.child.pid} on .*; wait for its end`),
    );
    first.child.kill("SIGINT");
    const { code, stderr } = await first.ended;
    expect([code, stderr.split(" ")[0]]).toEqual([130, "interrupted"]);
    // What was in flight is answered and written.
    expect((await idsOf("out.jsonl")).length).toBe(log.filter(({ what }) => what === "asked").length);
  });
});
