import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RunningServer, type ServerOptions, startServer } from "../../simulations/server/http.js";
import { main } from "../../src/cli/run.js";
import { type Relay, startRelay } from "./relay.js";

const MODEL = "meta-llama/Llama-3.3-70B-Instruct-Turbo";
const OTHER = "Qwen/Qwen2.5-7B-Instruct-Turbo";
const FAST = { firstByteMs: 5, perTokenMs: 0 } as const;
/** What Together's guides say, at a pace for tests. */
const TOGETHER: ServerOptions = { latency: FAST, batches: { requestsMax: 20, requestsPerSecond: 60 } };
/** Another's caps: large batches, told of in OpenAI's form. */
const OPENAI: ServerOptions = {
  ...{
    provider: "openai",
    models: [
      { id: MODEL, type: "chat" },
      { id: OTHER, type: "chat" },
    ],
    latency: FAST,
  },
  batches: { requestsMax: 50_000, atOnceMax: 100, queueMax: 1e6, requestsPerSecond: 2_000 },
};

/** Uploads, orders and looks have a rate of their own, which begins at one a second: tests are in a hurry. */
const HASTE = { control: { rateInitial: 500, burst: 50 }, retry: { backoffInitialMs: 50 } };

const ENDED: ReadonlySet<string> = new Set(["completed", "cancelled", "failed", "expired"]);

let folder = "";
let server: RunningServer | undefined;
let relay: Relay | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-batch-"));
});
afterEach(async () => {
  await relay?.close();
  relay = undefined;
  await server?.close();
  server = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function serve(options: ServerOptions): Promise<RunningServer> {
  server = await startServer(options);
  return server;
}

const ids = (count: number, prefix = "r") => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

function chat(id: string, model = MODEL, more: object = {}): string {
  const body = { model, max_tokens: 4, messages: [{ role: "user", content: `Say ${id}` }], ...more };
  return JSON.stringify({ custom_id: id, method: "POST", url: "/v1/chat/completions", body });
}

interface ResultLine {
  readonly custom_id: string | null;
  readonly response: { readonly status_code: number; readonly body: { readonly [name: string]: unknown } } | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

const file = (name: string) => join(folder, name);

async function linesOf(name: string): Promise<readonly ResultLine[]> {
  const text = await readFile(file(name), "utf8").catch(() => "");
  return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as ResultLine]));
}

interface Asked {
  readonly args?: readonly string[];
  readonly interrupt?: AbortSignal;
  readonly onText?: (text: string) => void;
  readonly output?: string;
  readonly options?: object;
}

/** Runs the command in this process, with batches that are looked after often. */
async function run(
  lines: readonly string[] | undefined,
  { args = [], interrupt, onText, output = "out.jsonl", options }: Asked = {},
) {
  if (lines !== undefined) await writeFile(file("requests.jsonl"), lines.map((line) => `${line}\n`).join(""));
  await writeFile(file("options.json"), JSON.stringify({ ...HASTE, ...options }));
  let stderr = "";
  let stdout = "";
  const io = {
    stdout: { write: (text: string) => (stdout += text) },
    stderr: {
      write: (text: string) => {
        stderr += text;
        onText?.(text);
      },
    },
    ...{ env: {}, interrupt: interrupt ?? new AbortController().signal },
  };
  const words = [
    "--base-url",
    `${(relay ?? server)?.url}/v1`,
    "-o",
    file(output),
    "--options",
    file("options.json"),
    ...args,
  ];
  const isBatch = args.includes("--batch");
  const code = await main([file("requests.jsonl"), ...words, ...(isBatch ? ["--batch-poll", "0.2"] : [])], io);
  return { code, stdout, stderr };
}

/** Which requests the server was given in which batch, by its own account. */
async function batchesOf(
  running: RunningServer,
): Promise<readonly { readonly status: string; readonly ids: readonly string[] }[]> {
  const get = (path: string) => fetch(`${running.url}/v1/${path}`);
  const listed = (await (await get("batches")).json()) as Batch[] | { readonly data: readonly Batch[] };
  const all = Array.isArray(listed) ? listed : (listed as { readonly data: readonly Batch[] }).data;
  return Promise.all(
    all.map(async ({ status, input_file_id: id }) => {
      const text = await (await get(`files/${id}/content`)).text();
      const lines = text.split("\n").filter((line) => line !== "");
      return { status, ids: lines.map((line) => (JSON.parse(line) as { custom_id: string }).custom_id) };
    }),
  );
}

interface Batch {
  readonly status: string;
  readonly input_file_id: string;
}

/** What differs between two answers to one request, taken away. */
function comparable(lines: readonly ResultLine[]): readonly string[] {
  const bare = lines.map(({ custom_id, response, error }) => {
    const { id: _, created: __, ...body } = response?.body ?? {};
    return JSON.stringify({ custom_id, status: response?.status_code, body, error });
  });
  return [...bare].sort();
}

describe("sluice run --batch", () => {
  it("brings the very results that a live run brings, ten batches at once, as at Together", async () => {
    const running = await serve({ ...TOGETHER, limit: { kind: "policer", requestsPerSecond: 5_000, depthMs: 1_000 } });
    let most = 0;
    await relayTo(running, {
      onRequest: () => {
        most = Math.max(most, running.state().jobs.filter(({ status }) => !ENDED.has(status)).length);
        return "forward";
      },
    });
    const long = "a/folder/".repeat(9);
    const lines = [
      ...ids(110).map((id) => chat(id)),
      ...ids(15, "q").map((id) => chat(id, OTHER)),
      chat(long),
      "{broken",
      chat("r0"),
    ];
    const options = { provider: "together" };
    const { code, stderr } = await run(lines, { args: ["--batch", "--batch-lines", "10"], options });
    expect(code).toBe(1);
    expect(stderr).toContain("line 127: not JSON");
    expect(stderr).toMatch(/126 of 126 requests answered\n {2}2 lines could not be sent\n {2}14 batches: 14 completed/);
    const batches = await batchesOf(running);
    expect(batches.map((batch) => batch.ids.length).sort((a, b) => a - b)).toEqual([1, 5, ...Array(12).fill(10)]);
    expect(await readdir(folder)).not.toContain("out.jsonl.batches");
    // The sluice gives away ten places, and heard of those that became free by our looks: it would have asked by itself after 5 s.
    expect(most).toBeLessThanOrEqual(10);
    expect(stderr).not.toContain("takes no more batches");

    const live = await run(undefined, { output: "live.jsonl" });
    expect(live.code).toBe(1);
    for (const name of ["", ".errors"]) {
      expect(comparable(await linesOf(`out${name}.jsonl`))).toEqual(comparable(await linesOf(`live${name}.jsonl`)));
    }
    const members = (name: string) => linesOf(name).then(([line]) => Object.keys(line ?? {}));
    expect(await members("out.jsonl")).toEqual(await members("live.jsonl"));
  });

  it("puts a file as large as OpenAI takes into one batch a model, and keeps failures apart", async () => {
    const running = await serve(OPENAI);
    const lines = [
      ...ids(400).map((id) => chat(id)),
      ...ids(200, "q").map((id) => chat(id, OTHER)),
      chat("bad", OTHER, { messages: "none" }),
    ];
    const { code, stderr } = await run(lines, { args: ["--batch"] });
    expect([code, (await batchesOf(running)).map((batch) => batch.ids.length)]).toEqual([1, [400, 201]]);
    expect(stderr).toContain("601 requests to send for 2 models");
    expect(await linesOf("out.jsonl")).toHaveLength(600);
    expect(await linesOf("out.errors.jsonl")).toMatchObject([
      { custom_id: "bad", response: { status_code: 400 }, error: null },
    ]);
  });

  it("tells how many batches there would be, and orders none", async () => {
    const running = await serve(TOGETHER);
    const args = ["--batch", "--dry-run", "--batch-lines", "100"];
    const { code, stdout } = await run(
      ids(250).map((id) => chat(id)),
      { args },
    );
    expect([code, running.state().jobs]).toEqual([0, []]);
    expect(stdout).toContain("They make 3 batches");
    const json = await run(undefined, { args: [...args, "--json"] });
    expect(JSON.parse(json.stdout)).toMatchObject({ batches: 3, total: { requests: 250 } });
    expect(await readdir(folder)).not.toContain("out.jsonl.batches");
  });

  it("goes on after Ctrl-C: batches run on meanwhile, and nothing is ordered twice", async () => {
    const running = await serve({ ...TOGETHER, batches: { requestsPerSecond: 40 } });
    const interrupt = new AbortController();
    const args = ["--batch", "--batch-lines", "20", "--batches-max", "2"];
    const first = await run(
      ids(70).map((id) => chat(id)),
      {
        ...{ args, interrupt: interrupt.signal },
        onText: (text) => text.includes("was completed") && interrupt.abort(),
      },
    );
    expect(first.code).toBe(130);
    expect(first.stderr).toMatch(/interrupted after .*: 20 of 70 requests answered/);
    expect(first.stderr).toMatch(/[12] batch(es)? with [24]0 requests run on at 127.0.0.1:\d+; with --cancel/);
    await expect(run(undefined)).rejects.toThrow(/batch.* run for .*out.jsonl: go on with --batch, or end them with/);
    const second = await run(undefined, { args });
    expect([second.code, second.stderr]).toEqual([0, expect.stringMatching(/are in batches that run/)]);
    expect((await linesOf("out.jsonl")).map((line) => line.custom_id).sort()).toEqual([...ids(70)].sort());
    const ordered = (await batchesOf(running)).flatMap((batch) => batch.ids);
    expect([...ordered].sort()).toEqual([...ids(70)].sort());
    expect(await readdir(folder)).not.toContain("out.jsonl.batches");
  });

  it("ends the batches that run where it is told to, and leaves what they didn't answer for another run", async () => {
    const running = await serve({ ...TOGETHER, batches: { requestsPerSecond: 20 } });
    const interrupt = new AbortController();
    const args = ["--batch", "--batch-lines", "15", "--batches-max", "2"];
    const lines = ids(40).map((id) => chat(id));
    const ordered = () => running.state().jobs.length === 2;
    const waiting = until(ordered).then(() => interrupt.abort());
    await run(lines, { args, interrupt: interrupt.signal });
    await waiting;
    const ending = await run(undefined, { args: [...args, "--cancel"] });
    expect(ending.code).toBe(1);
    expect(ending.stderr).toMatch(/left: the same command goes on here\n {2}2 batches: 2 cancelled/);
    expect(running.state().jobs.map(({ status }) => status)).toEqual(["cancelled", "cancelled"]);
    expect(await linesOf("out.errors.jsonl")).toEqual([]);
    const done = (await linesOf("out.jsonl")).length;
    expect(done).toBeLessThan(30);
    const { code } = await run(undefined, { args });
    const answered = (await linesOf("out.jsonl")).map((line) => line.custom_id);
    expect([code, [...answered].sort()]).toEqual([0, [...ids(40)].sort()]);
    expect((await batchesOf(running)).slice(2).flatMap((batch) => batch.ids)).toHaveLength(40 - done);
  });
});

describe("sluice run --batch, where something goes wrong", () => {
  const few = ["--batch", "--batch-lines", "10"];

  it("keeps what an expired batch has answered, and takes the rest again with --retry-failed", async () => {
    const running = await serve({ ...TOGETHER, batches: { requestsPerSecond: 20, windowMs: 1_000 } });
    const args = ["--batch", "--batch-lines", "30"];
    const first = await run(
      ids(30).map((id) => chat(id)),
      { args },
    );
    expect([first.code, first.stderr]).toEqual([1, expect.stringMatching(/10 failed \(10 x batch_expired\)/)]);
    expect(first.stderr).toMatch(/batch batch-1 at .* expired: 30 of 30 results/);
    expect(await linesOf("out.jsonl")).toHaveLength(20);
    expect((await run(undefined, { args })).code).toBe(1);
    expect(running.state().jobs).toHaveLength(1);
    const again = await run(undefined, { args: [...args, "--retry-failed"] });
    expect([again.code, await linesOf("out.errors.jsonl")]).toEqual([0, []]);
    expect((await batchesOf(running))[1]?.ids).toHaveLength(10);
  });

  it("tells of a batch that somebody else has cancelled", async () => {
    const running = await serve({ ...TOGETHER, batches: { requestsPerSecond: 20 } });
    const cancelling = until(() => running.state().jobs.length > 0)
      .then(() => new Promise((resolve) => setTimeout(resolve, 300)))
      .then(() => fetch(`${running.url}/v1/batches/batch-1/cancel`, { method: "POST" }));
    const { code, stderr } = await run(
      ids(10).map((id) => chat(id)),
      { args: few },
    );
    await cancelling;
    expect([code, stderr]).toEqual([1, expect.stringMatching(/batch batch-1 at .* was cancelled: 10 of 10 results/)]);
    const failures = await linesOf("out.errors.jsonl");
    expect(failures.length + (await linesOf("out.jsonl")).length).toBe(10);
    expect(failures.at(-1)?.error?.code).toBe("batch_cancelled");
  });

  it("waits for a place where others' batches have taken them, and orders each request once", async () => {
    const running = await serve({ ...TOGETHER, batches: { requestsPerSecond: 50, atOnceMax: 1 } });
    const { code, stderr } = await run(
      ids(25).map((id) => chat(id)),
      { args: few },
    );
    expect([code, stderr]).toEqual([0, expect.stringMatching(/takes no more batches now \(409 .*\); trying again/)]);
    expect((await batchesOf(running)).map((batch) => batch.ids.length)).toEqual([10, 10, 5]);
  });

  it("goes on without the requests for which a batch failed", async () => {
    const running = await serve(OPENAI);
    let isFirst = true;
    await relayTo(running, {
      onAnswer: ({ method, path }, text) => {
        if (method !== "GET" || !path.startsWith("/v1/batches") || !isFirst) return text;
        isFirst = false;
        const errors = { object: "list", data: [{ code: "invalid_body", line: 2, message: "messages is wrong" }] };
        const { output_file_id: _, ...batch } = JSON.parse(text) as Record<string, unknown>;
        return JSON.stringify({ ...batch, status: "failed", errors });
      },
    });
    const { code, stderr } = await run(
      ids(5).map((id) => chat(id)),
      { args: few },
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/failed \(messages is wrong\): 1 of 5 results; 4 requests are ordered again/);
    expect(await linesOf("out.errors.jsonl")).toMatchObject([
      { custom_id: "r1", response: null, error: { code: "invalid_body", message: "messages is wrong" } },
    ]);
    expect((await linesOf("out.jsonl")).map((line) => line.custom_id)).toEqual(["r0", "r2", "r3", "r4"]);
    expect((await batchesOf(running)).map((batch) => batch.ids.length)).toEqual([5, 4]);
  });

  it("leaves the requests of a model of which the server takes no batch, says so, and sends the others", async () => {
    const running = await serve({ ...TOGETHER, batches: { requestsMax: 10, requestsPerSecond: 200 } });
    const lines = [...ids(60).map((id) => chat(id)), ...ids(8, "q").map((id) => chat(id, OTHER))];
    const { code, stderr } = await run(lines, { args: ["--batch", "--batch-lines", "20"] });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /takes no batch of meta-llama.*: 400 the batch has 20 requests; 10 are the most; its requests are left/,
    );
    expect(stderr).toContain("8 of 68 requests answered\n  60 left: the same command goes on here");
    expect([running.state().jobs.length, await linesOf("out.errors.jsonl")]).toEqual([1, []]);
    const again = await run(undefined, { args: few });
    expect([again.code, (await linesOf("out.jsonl")).length]).toEqual([0, 68]);
  });

  it("makes a failure of each request whose line in the output can't be read", async () => {
    const running = await serve(TOGETHER);
    await relayTo(running, {
      onAnswer: ({ path }, text) => (path.endsWith("/content") ? text.replace(/^.*"r1".*$/m, "{broken") : text),
    });
    const { code, stderr } = await run(
      ids(3).map((id) => chat(id)),
      { args: few },
    );
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/completed: 3 of 3 results; 1 line of its files are no results/),
    ]);
    expect(await linesOf("out.errors.jsonl")).toMatchObject([{ custom_id: "r1", error: { code: "batch_no_result" } }]);
  });

  it.each([
    ["came, and whose answer is lost, by the list of batches", true, 1],
    ["never came, in vain, and sends it again", false, 4],
  ])("looks for an order that %s", async (_, isForwarded, looks) => {
    const running = await serve(TOGETHER);
    let isFirst = true;
    const lists: string[] = [];
    await relayTo(running, {
      onRequest: ({ method, path }) => {
        if (method === "GET" && path === "/v1/batches") lists.push(path);
        if (method !== "POST" || path !== "/v1/batches" || !isFirst) return "forward";
        isFirst = false;
        return isForwarded ? "lose the answer" : "lose";
      },
    });
    const { code, stderr } = await run(
      ids(5).map((id) => chat(id)),
      { args: few },
    );
    expect([code, stderr]).toEqual([0, expect.stringMatching(/whether .* took the order of a batch isn't known/)]);
    expect((await batchesOf(running)).map((batch) => batch.ids.length)).toEqual([5]);
    expect(await linesOf("out.jsonl")).toHaveLength(5);
    expect(lists.length).toBeLessThanOrEqual(looks);
  });

  it.each([
    [401, 2, /the server doesn't accept the key \(401\): no such key/],
    [402, 3, /the quota is exhausted: .*402|the quota is exhausted: no such key/],
    [413, 1, /doesn't take the file of a batch: 413 no such key/],
  ])(
    "stops where the upload is answered with %i, with exit code %i, and loses nothing",
    async (status, exit, message) => {
      const running = await serve(TOGETHER);
      let isShut = true;
      await relayTo(running, {
        onRequest: ({ path }) =>
          isShut && path === "/v1/files" ? { status, text: '{"error":{"message":"no such key"}}' } : "forward",
      });
      const { code, stderr } = await run(
        ids(3).map((id) => chat(id)),
        { args: few },
      );
      expect([code, stderr]).toEqual([exit, expect.stringMatching(message)]);
      expect([await linesOf("out.errors.jsonl"), running.state().jobs]).toEqual([[], []]);
      expect(await readdir(folder)).not.toContain("out.jsonl.batches");
      isShut = false;
      expect((await run(undefined, { args: few })).code).toBe(0);
    },
  );

  it("outlasts a server that is away for a while, and an output that breaks off", async () => {
    const running = await serve({ ...TOGETHER, batches: { requestsPerSecond: 20 } });
    let away = 0;
    let cut = 0;
    await relayTo(running, {
      onRequest: ({ method, path }) => {
        if (method === "GET" && path.startsWith("/v1/batches") && ++away <= 3) return "lose";
        if (path.endsWith("/content") && ++cut <= 1) return "cut the answer";
        return "forward";
      },
    });
    const { code } = await run(
      ids(10).map((id) => chat(id)),
      { args: few },
    );
    expect([code, (await linesOf("out.jsonl")).length, running.state().jobs.length]).toEqual([0, 10, 1]);
    expect([away > 3, cut]).toEqual([true, 2]);
  });
});

/** Stands between the command and the server from now on. */
async function relayTo(running: RunningServer, hooks: Parameters<typeof startRelay>[1]): Promise<void> {
  relay = await startRelay(running.url, hooks);
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
}
