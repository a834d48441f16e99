import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RunningServer, type ServerOptions, startServer } from "../../simulations/server/http.js";
import { main } from "../../src/cli/run.js";

const CHAT = "meta-llama/Llama-3.3-70B-Instruct-Turbo";
const EMBEDDINGS = "BAAI/bge-base-en-v1.5";
const FAST = { firstByteMs: 5, perTokenMs: 0 } as const;
const OPEN = { kind: "policer", requestsPerSecond: 1_000, depthMs: 1_000 } as const;

let folder = "";
let server: RunningServer | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-run-"));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  await rm(folder, { recursive: true, force: true });
});

function chat(id: string, model = CHAT): string {
  const body = { model, max_tokens: 4, messages: [{ role: "user", content: `Say ${id}` }] };
  return JSON.stringify({ custom_id: id, method: "POST", url: "/v1/chat/completions", body });
}

function embeddings(id: string): string {
  return JSON.stringify({ custom_id: id, url: "/v1/embeddings", body: { model: EMBEDDINGS, input: [id, id] } });
}

const ids = (count: number, prefix = "r") => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

async function serve(options: ServerOptions = {}): Promise<RunningServer> {
  server = await startServer({ limit: OPEN, latency: FAST, ...options });
  return server;
}

/** A line of the results, as the hosted batch has it. */
interface ResultLine {
  readonly custom_id: string | null;
  readonly response: { readonly status_code: number; readonly body: unknown } | null;
  readonly error: { readonly code: string; readonly line?: number } | null;
}

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly results: readonly ResultLine[];
}

/** Runs the command in this process, on files of its own. */
async function run(
  lines: readonly string[] | undefined,
  {
    args = [],
    interrupt = new AbortController().signal,
    env = {},
    output = true,
    baseUrl = `${server?.url}/v1`,
    from,
    stdin,
  }: {
    args?: string[];
    interrupt?: AbortSignal;
    env?: Record<string, string>;
    output?: boolean;
    baseUrl?: string;
    /** Reads the requests from there. Default: from a file of `lines`. */
    from?: string;
    stdin?: AsyncIterable<Uint8Array>;
  } = {},
): Promise<Ran> {
  const requests = join(folder, "requests.jsonl");
  const path = join(folder, "results.jsonl");
  if (lines !== undefined) await writeFile(requests, lines.map((line) => `${line}\n`).join(""));
  const written = { stdout: "", stderr: "" };
  const collector = (name: keyof typeof written) => ({
    write: (text: string): void => {
      written[name] += text;
    },
  });
  const io = { stdout: collector("stdout"), stderr: collector("stderr"), env, interrupt, ...(stdin && { stdin }) };
  const code = await main([from ?? requests, "--base-url", baseUrl, ...(output ? ["-o", path] : []), ...args], io);
  const { stdout, stderr } = written;
  const [answers, failures] = await Promise.all(
    [path, join(folder, "results.errors.jsonl")].map((name) => readFile(name, "utf8").catch(() => "")),
  );
  const text = output ? `${answers}${failures}` : stdout;
  const results = text.split("\n").filter((line) => line !== "");
  return { code, stdout, stderr, results: results.map((line) => JSON.parse(line) as ResultLine) };
}

describe("sluice run, against a real server", () => {
  it("answers every request once, each with its own answer, and exits with 0", async () => {
    await serve();
    const { code, results, stderr, stdout } = await run([
      ...ids(30).map((id) => chat(id)),
      ...ids(20, "e").map(embeddings),
    ]);
    expect(code).toBe(0);
    expect(results.map(({ custom_id: id }) => id).sort()).toEqual([...ids(30), ...ids(20, "e")].sort());
    for (const { custom_id: id, response } of results) {
      expect(response).toMatchObject({
        status_code: 200,
        body: id?.startsWith("e") ? { data: [{ index: 0 }, { index: 1 }] } : { model: CHAT, object: "chat.completion" },
      });
    }
    expect(stderr).toContain("50 requests to send for 2 models");
    expect(stderr).toMatch(/done after \d+s: 50 of 50 requests answered/);
    expect(stdout).toBe("");
  });

  it("keeps within a limit that it isn't told, and still answers everything", async () => {
    const running = await serve({ limit: { kind: "policer", requestsPerSecond: 20, depthMs: 1_000 }, headers: "none" });
    const { code, results } = await run(ids(30).map((id) => chat(id)));
    const [lane] = running.state().lanes;
    expect([code, results.length, lane?.accepted]).toEqual([0, 30, 30]);
    expect(lane?.throttled).toBeLessThan(15);
  });

  it("reports what is wrong with the file, line by line, and sends all the rest", async () => {
    const running = await serve();
    const lines = [
      chat("a"),
      "{broken",
      chat("b"),
      chat("a"),
      '{"custom_id":"c","url":"/v1/x","body":{}}',
      "",
      chat("d"),
    ];
    const { code, results, stderr } = await run(lines);
    expect(code).toBe(1);
    expect(running.state().lanes[0]?.offered).toBe(3);
    expect(results.filter(({ response }) => response?.status_code === 200)).toHaveLength(3);
    expect(results.flatMap(({ error }) => (error === null ? [] : [[error.line, error.code]]))).toEqual([
      [2, "invalid_json"],
      [4, "duplicate_custom_id"],
      [5, "missing_model"],
    ]);
    expect(stderr).toContain("line 2: not JSON");
    expect(stderr).toContain('line 4: custom_id "a" is already that of line 1');
    expect(stderr).toContain("line 5: body.model must name a model, got nothing");
    expect(stderr).toContain("3 lines could not be sent");
  });

  it("keeps the server's own word on a model that it doesn't have", async () => {
    await serve();
    const lines = [chat("a"), chat("b", "no/such-model")];
    const { code, results, stderr } = await run(lines, { args: ["--no-model-check"] });
    expect(code).toBe(1);
    expect(results.find(({ custom_id: id }) => id === "b")).toMatchObject({
      response: { status_code: 404, body: { error: { message: expect.stringContaining("no/such-model") } } },
      error: null,
    });
    expect(stderr).toContain("1 failed (1 x 404)");
  });

  it("sends nothing to a model that the server doesn't list, and says so of each line", async () => {
    const running = await serve();
    const lines = [chat("a"), chat("b", `${CHAT}x`), chat("c"), chat("d", `${CHAT}x`)];
    const { code, results, stderr } = await run(lines);
    expect(code).toBe(1);
    expect(running.state().lanes.reduce((sum, { offered }) => sum + offered, 0)).toBe(2);
    expect(stderr).toMatch(
      /line 2: 127.0.0.1:\d+ has no model ".*Turbox" among its \d+; did you mean ".*Turbo"\? \(and 1 more\)/,
    );
    expect(stderr).toContain("2 lines could not be sent");
    expect(results.flatMap(({ error }) => (error === null ? [] : [[error.line, error.code]]))).toEqual([
      [2, "model_not_found"],
      [4, "model_not_found"],
    ]);
    const again = await run([chat("a"), chat("b"), chat("c"), chat("d")]);
    expect(again.stderr).toContain("2 requests to send");
    expect(again.code).toBe(0);
  });

  it("tells what it would take, and sends nothing, locks nothing and writes nothing", async () => {
    const running = await serve();
    const args = ["--dry-run", "--price-in", "1", "--price-out", "2"];
    const { code, stdout, stderr } = await run([...ids(10).map((id) => chat(id)), embeddings("e")], { args });
    expect(code).toBe(0);
    expect(stdout).toMatch(/Llama-3.3-70B-Instruct-Turbo +10 +~\d+ +≤40 .*\$/);
    expect(stdout).toContain("Nothing was sent.");
    expect(stderr).toContain("11 requests to send for 2 models");
    expect(running.state().lanes).toEqual([]);
    expect((await readdir(folder)).sort()).toEqual(["requests.jsonl"]);
    const json = await run(undefined, { args: [...args, "--json"] });
    expect(JSON.parse(json.stdout)).toMatchObject({ total: { requests: 11, outputTokensMax: 40 }, broken: 0 });
  });

  it("goes on after an interruption: nothing is asked twice, nothing is missing", async () => {
    const running = await serve({ limit: { kind: "policer", requestsPerSecond: 40, depthMs: 1_000 } });
    const interrupt = new AbortController();
    const lines = ids(60).map((id) => chat(id));
    await writeFile(join(folder, "options.json"), '{"control": {"rateInitial": 30}}');
    const args = ["--options", join(folder, "options.json")];
    setTimeout(() => interrupt.abort(), 900);
    const first = await run(lines, { args, interrupt: interrupt.signal });
    expect(first.code).toBe(130);
    expect(first.results.length).toBeGreaterThan(0);
    expect(first.results.length).toBeLessThan(60);
    expect(first.stderr).toContain(`${60 - first.results.length} left: the same command goes on here`);
    expect(first.results.length).toBe(running.state().lanes[0]?.accepted);

    const second = await run(lines, { args });
    expect(second.code).toBe(0);
    expect(second.results.map(({ custom_id: id }) => id).sort()).toEqual(ids(60).sort());
    expect(running.state().lanes[0]?.accepted).toBe(60);
    expect(second.stderr).toContain(`60 of 60 requests answered, ${first.results.length} of them in earlier runs`);
  });

  it("asks again for a result that a crash has torn", async () => {
    await serve();
    const lines = ids(3).map((id) => chat(id));
    const { results } = await run(lines.slice(0, 2));
    await appendFile(join(folder, "results.jsonl"), JSON.stringify(results[0]).replace("r0", "r2").slice(0, -20));
    const second = await run(lines);
    expect(second.code).toBe(0);
    expect(second.results.map(({ custom_id: id }) => id).sort()).toEqual(["r0", "r1", "r2"]);
    expect(second.stderr).toMatch(
      /the last line of .*results.jsonl was cut short \(\d+ bytes\); its request is sent again/,
    );
  });

  it("sends again what failed before where it is told to, and takes its failures back", async () => {
    await serve();
    const lines = [chat("a"), chat("b", "no/such-model"), "{"];
    await run(lines, { args: ["--no-model-check"] });
    const mended = [chat("a"), chat("b"), "{"];
    const plain = await run(mended);
    expect(plain.results).toHaveLength(3);
    const { code, results } = await run(mended, { args: ["--retry-failed"] });
    expect(code).toBe(1);
    expect(results.map(({ custom_id: id, response, error }) => [id, response?.status_code, error?.code])).toEqual([
      ["a", 200, undefined],
      ["b", 200, undefined],
      [null, undefined, "invalid_json"],
    ]);
    expect(server?.state().lanes.find(({ model }) => model === CHAT)?.accepted).toBe(2);
  });

  it("refuses results of requests that aren't in the file, and keeps them where it is told to", async () => {
    await serve();
    await run([chat("a"), chat("b")]);
    await expect(run([chat("b"), chat("c")])).rejects.toThrow(
      /^1 result of requests that are not in .*requests.jsonl \(line \d of .*results.jsonl, custom_id "a"\): name another file/,
    );
    const { code, results } = await run([chat("b"), chat("c")], { args: ["--keep-others"] });
    expect([code, results.map(({ custom_id: id }) => id).sort()]).toEqual([0, ["a", "b", "c"]]);
  });

  it("puts failures where it is told to, beside the answers if need be", async () => {
    await serve();
    const path = join(folder, "results.jsonl");
    await run([chat("a"), chat("b", "no/such-model")], { args: ["--errors", path, "--no-model-check"] });
    const lines = (await readFile(path, "utf8")).trim().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as ResultLine).response?.status_code).sort()).toEqual([200, 404]);
    await expect(readFile(join(folder, "results.errors.jsonl"))).rejects.toThrow(/ENOENT/);
  });

  it("remembers the failures of earlier runs", async () => {
    await serve();
    const lines = [chat("a"), chat("b", "no/such-model"), "{"];
    const args = ["--no-model-check"];
    await run(lines, { args });
    const { code, results, stderr } = await run(lines, { args });
    expect([code, results.length]).toEqual([1, 3]);
    expect(stderr).toContain("0 requests to send");
    expect(stderr).toContain("1 failed (1 in earlier runs)");
  });

  it("sends a request again whose answer broke off", async () => {
    await serve({ faults: [{ kind: "close-mid-body", times: 2 }] });
    const { code, results } = await run(ids(4).map((id) => chat(id)));
    expect([code, results.length]).toEqual([0, 4]);
  });

  it("stops when the server sends it away for a year, and keeps what is unsent for another day", async () => {
    await serve({ faults: [{ kind: "retry-after-year" }] });
    const { code, results, stderr } = await run(ids(4).map((id) => chat(id)));
    expect([code, results]).toEqual([3, []]);
    expect(stderr).toContain("the quota is exhausted");
    expect(stderr).toContain("4 left");
  });

  it("writes results on standard output where no file is named, and nothing else", async () => {
    await serve();
    const { code, results } = await run(
      ids(3).map((id) => chat(id)),
      { output: false },
    );
    expect([code, results.length]).toEqual([0, 3]);
  });

  it("reads standard input to its end, and a gzipped file whatever its name", async () => {
    await serve();
    const text = ids(3).map((id) => `${chat(id)}\n`);
    const stdin = (async function* () {
      for (const line of text) {
        yield Buffer.from(line.slice(0, 30));
        yield Buffer.from(line.slice(30));
      }
    })();
    const piped = await run(undefined, { from: "-", stdin, output: false });
    expect([piped.code, piped.results.map(({ custom_id: id }) => id).sort()]).toEqual([0, ids(3)]);

    await writeFile(join(folder, "packed"), gzipSync(text.join("")));
    const packed = await run(undefined, { from: join(folder, "packed") });
    expect([packed.code, packed.results.map(({ custom_id: id }) => id).sort()]).toEqual([0, ids(3)]);
    const again = await run(undefined, { from: join(folder, "packed") });
    expect(again.stderr).toContain("0 requests to send for 1 model; 3 have their results");
  });

  it("embeds the lines of a text", async () => {
    await serve();
    await writeFile(join(folder, "texts.txt"), "one\r\n\ntwo\nthree");
    const { code, results } = await run(undefined, { from: join(folder, "texts.txt"), args: ["--embed", EMBEDDINGS] });
    expect(code).toBe(0);
    expect(results.map(({ custom_id: id }) => id).sort()).toEqual(["line-1", "line-3", "line-4"]);
    expect(results[0]).toMatchObject({ response: { body: { data: [{ embedding: expect.any(Array) }] } } });
  });

  it("packs texts into requests, each with the result that it has alone, and goes on by text", async () => {
    const { state } = await serve();
    const from = join(folder, "texts.txt");
    const accepted = () => state().lanes.reduce((sum, lane) => sum + lane.accepted, 0);
    const embed = (...more: string[]) => run(undefined, { from, args: ["--embed", EMBEDDINGS, "--ordered", ...more] });
    await writeFile(from, ids(7, "text ").join("\n"));
    const alone = await embed();
    expect(accepted()).toBe(7);
    await rm(join(folder, "results.jsonl"));
    const together = await embed("--pack", "3");
    expect([together.code, accepted()]).toEqual([0, 7 + 3]);
    const told = ({ results }: Ran) => results.map(({ custom_id, response }) => ({ custom_id, body: response?.body }));
    expect(told(together)).toEqual(told(alone));
    await writeFile(from, ids(12, "text ").join("\n"));
    const more = await embed("--pack", "3");
    expect([more.results.length, accepted()]).toEqual([12, 10 + 2]);
    const dry = await embed("--pack", "3", "--retry-failed", "--dry-run", "--json");
    expect(dry.code).toBe(0);
  });

  it("loses no text to one that its server finds fault with", async () => {
    await serve({ bodyBytesMax: 1_000 });
    const from = join(folder, "texts.txt");
    const texts = ids(9, "text ").map((text, index) => (index === 4 ? "x".repeat(2_000) : text));
    await writeFile(from, texts.join("\n"));
    const { code, results } = await run(undefined, { from, args: ["--embed", EMBEDDINGS, "--pack", "9"] });
    expect(code).toBe(1);
    const statuses = results.map(({ custom_id, response }) => [custom_id, response?.status_code]);
    expect(Object.fromEntries(statuses)).toEqual({
      ...Object.fromEntries(ids(9).map((_, index) => [`line-${index + 1}`, 200])),
      "line-5": 413,
    });
  });

  it("embeds the files of a folder, and says which it can't", async () => {
    await serve();
    const texts = join(folder, "texts");
    await mkdir(join(texts, "b", ".git"), { recursive: true });
    const files = { "a.txt": "one", "b/c.md": "two", "empty.txt": " \n", ".hidden": "three", "b/.git/d": "four" };
    for (const [name, text] of Object.entries(files)) await writeFile(join(texts, name), text);
    await writeFile(join(texts, "z.png"), Buffer.from([0x89, 0xff, 0xfe]));
    const { code, results, stderr } = await run(undefined, { from: texts, args: ["--embed", EMBEDDINGS] });
    expect(code).toBe(1);
    expect(results.map(({ custom_id: id }) => id).sort()).toEqual(["a.txt", "b/c.md", "z.png"]);
    expect(stderr).toMatch(/texts\/z.png: not UTF-8/);
    await writeFile(join(texts, "a0.txt"), "new");
    const again = await run(undefined, { from: texts, args: ["--embed", EMBEDDINGS] });
    expect(again.results.map(({ custom_id: id }) => id)).toContain("a0.txt");
    expect(again.results).toHaveLength(4);
  });

  it("writes Anthropic's results for Anthropic's requests, beside others", async () => {
    await serve();
    const params = { model: CHAT, max_tokens: 4, messages: [{ role: "user", content: "Hi" }] };
    const lines = [JSON.stringify({ custom_id: "c", params }), chat("o"), JSON.stringify(params)];
    const { code } = await run(lines);
    expect(code).toBe(0);
    const results = (await readFile(join(folder, "results.jsonl"), "utf8")).trim().split("\n");
    const byId = new Map(results.map((line) => [JSON.parse(line).custom_id, JSON.parse(line)]));
    expect(byId.get("c")).toMatchObject({
      result: { type: "succeeded", message: { type: "message", role: "assistant" } },
    });
    expect(byId.get("o")).toMatchObject({ response: { status_code: 200, body: { object: "chat.completion" } } });
    expect(byId.get("line-3")).toMatchObject({ response: { status_code: 200, body: { object: "chat.completion" } } });
    expect((await run(lines)).stderr).toContain("0 requests to send");
  });

  it("sends to several servers, each at its own rate and with its own key", async () => {
    const first = await serve();
    const second = await startServer({
      limit: { kind: "policer", requestsPerSecond: 20, depthMs: 1_000 },
      latency: FAST,
    });
    const there = (id: string) => chat(id).replace('"/v1/chat', `"${second.url}/v1/chat`);
    const args = ["--base-url", second.url, "--api-key-env", "A", "--api-key-env", "B"];
    const lines = [...ids(10).map((id) => chat(id)), ...ids(10, "s").map(there)];
    const { code, stderr } = await run(lines, { args, env: { A: "key-a", B: "key-b" } });
    expect(code).toBe(0);
    expect(stderr).toContain("20 requests to send for 2 models");
    const lanes = [first, second].map((each) =>
      each.state().lanes.map(({ accepted, organisation }) => [accepted, organisation]),
    );
    expect(lanes.map(([lane]) => lane?.[0])).toEqual([10, 10]);
    expect(lanes[0]?.[0]?.[1]).not.toBe(lanes[1]?.[0]?.[1]);
    await second.close();
  });

  it("tells programs how it goes, a JSON object a line", async () => {
    await serve();
    const { stderr } = await run([chat("a"), "{"], { args: ["--json"] });
    const events = stderr
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.map(({ type }) => type)).toEqual(["problem", "start", "progress", "summary"]);
    expect(events[0]).toMatchObject({ line: 2, code: "invalid_json" });
    expect(events[2]).toMatchObject({ models: [{ model: CHAT, total: 1, done: 1 }] });
    expect(events[3]).toMatchObject({ succeeded: 1, broken: 1, left: 0, exitCode: 1 });
  });

  it("says nothing but the summary when it is told to be quiet", async () => {
    await serve();
    const { stderr } = await run([chat("a")], { args: ["--quiet"] });
    expect(stderr).toMatch(
      /^done after \d+s: 1 of 1 request answered\n {2}1 try: 0 x 429, 0 x no capacity\n {2}results: .*\n$/,
    );
  });

  it("obeys an options file, and sends the key that it is told to", async () => {
    const running = await serve();
    await writeFile(join(folder, "options.json"), '{"control": {"rateMax": 5, "rateInitial": 5, "burst": 1}}');
    const startMs = performance.now();
    const args = ["--options", join(folder, "options.json"), "--api-key-env", "SOME_KEY"];
    const { code } = await run(
      ids(6).map((id) => chat(id)),
      { args, env: { SOME_KEY: " secret\n" } },
    );
    expect(code).toBe(0);
    expect(performance.now() - startMs).toBeGreaterThan(900);
    expect(running.state().lanes[0]?.organisation).not.toBe("anonymous");
  });

  it("says that nobody answers, while it tries again", async () => {
    const { url, close } = await startServer();
    await close();
    const interrupt = new AbortController();
    setTimeout(() => interrupt.abort(), 500);
    const { code, results, stderr } = await run([chat("a")], {
      interrupt: interrupt.signal,
      baseUrl: url,
    });
    expect([code, results]).toEqual([130, []]);
    expect(stderr).toMatch(/no answer from 127.0.0.1:\d+ \(fetch failed: .*ECONNREFUSED.*\); trying again/);
  });
});
