import { once } from "node:events";
import { connect } from "node:net";
import OpenAI from "openai";
import { afterEach, describe, expect, it } from "vitest";
import {
  type FaultKind,
  type RunningServer,
  type ServerOptions,
  type ServiceState,
  startServer,
} from "../../../simulations/index.js";

const CHAT = "Qwen/Qwen2.5-7B-Instruct-Turbo";
const EMBED = "BAAI/bge-base-en-v1.5";
const FAST = { firstByteMs: 1, sigma: 0, perTokenMs: 0, refusalMs: 1 };
const UNLIMITED = { kind: "policer" } as const;

const servers: RunningServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(options: ServerOptions = {}): Promise<RunningServer> {
  const server = await startServer({ latency: FAST, limit: UNLIMITED, ...options });
  servers.push(server);
  return server;
}

function post(server: RunningServer, path: string, body: unknown, init: RequestInit = {}): Promise<Response> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return fetch(server.url + path, { method: "POST", body: text, ...init });
}

const chat = (more: object = {}) => ({ model: CHAT, messages: [{ role: "user", content: "Say something." }], ...more });
const ask = (server: RunningServer, more: object = {}, init: RequestInit = {}) =>
  post(server, "/v1/chat/completions", chat(more), init);
const stateOf = async (server: RunningServer) => (await (await fetch(`${server.url}/__state`)).json()) as ServiceState;

/** The data of each event of a stream, parsed where it is JSON. */
function eventsOf(text: string): unknown[] {
  const data = text.split("\n\n").flatMap((block) => (block.startsWith("data: ") ? [block.slice(6)] : []));
  return data.map((each) => (each === "[DONE]" ? each : JSON.parse(each)));
}

describe("the simulated API on HTTP", () => {
  it("answers a chat, with usage, and the same words to the same prompt", async () => {
    const server = await start();
    const [first, second] = await Promise.all([ask(server), ask(server)].map(async (each) => (await each).json()));
    expect(first).toMatchObject({
      object: "chat.completion",
      model: CHAT,
      choices: [{ message: { role: "assistant" }, finish_reason: "stop" }],
      usage: { prompt_tokens: 4 },
    });
    expect(first.usage.total_tokens).toBe(4 + first.choices[0].message.content.split(" ").length);
    expect(second.choices).toEqual(first.choices);
    const cut = await (await ask(server, { max_tokens: 3 })).json();
    expect(cut).toMatchObject({ usage: { completion_tokens: 3 }, choices: [{ finish_reason: "length" }] });
  });

  it("streams the same answer in events, the usage in the last", async () => {
    const server = await start();
    const whole = await (await ask(server)).json();
    const response = await ask(server, { stream: true });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const events = eventsOf(await response.text()) as { choices: { delta: { content?: string } }[]; usage?: object }[];
    expect(events.at(-1)).toBe("[DONE]");
    const text = events.slice(0, -1).map(({ choices }) => choices[0]?.delta.content ?? "");
    expect(text.join("")).toBe(whole.choices[0].message.content);
    expect(events.at(-2)?.usage).toEqual(whole.usage);
  });

  it("embeds texts in order, as numbers or as base64, the same vector for the same text", async () => {
    const server = await start();
    const embed = async (body: object) =>
      (await post(server, "/v1/embeddings", { model: EMBED, dimensions: 8, ...body })).json();
    const { data, usage } = await embed({ input: ["one", "two", "one"] });
    expect(data.map(({ index }: { index: number }) => index)).toEqual([0, 1, 2]);
    expect(data[0].embedding).toEqual(data[2].embedding);
    expect(data[0].embedding).not.toEqual(data[1].embedding);
    expect(Math.hypot(...data[0].embedding)).toBeCloseTo(1, 9);
    expect(usage).toEqual({ prompt_tokens: 3, total_tokens: 3 });
    const packed = (await embed({ input: "one", encoding_format: "base64" })).data[0].embedding;
    const unpacked = new Float32Array(new Uint8Array(Buffer.from(packed, "base64")).buffer);
    expect([...unpacked]).toEqual([...new Float32Array(data[0].embedding)]);
  });

  it("takes files as OpenAI's own client sends them, and batches of what is in them", async () => {
    const server = await start({ provider: "openai", batches: { requestsPerSecond: 1_000 } });
    const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "any" });
    const text = JSON.stringify({ custom_id: "one", method: "POST", url: "/v1/chat/completions", body: chat() });
    const file = await client.files.create({ file: new File([text], "requests.jsonl"), purpose: "batch" });
    const order = { input_file_id: file.id, endpoint: "/v1/chat/completions", completion_window: "24h" } as const;
    const { id } = await client.batches.create(order);
    await expect.poll(async () => (await client.batches.retrieve(id)).status).toBe("completed");
    const { output_file_id } = await client.batches.retrieve(id);
    const output = await (await client.files.content(output_file_id ?? "")).text();
    expect(JSON.parse(output)).toMatchObject({ custom_id: "one", response: { status_code: 200 } });
    const broken = await post(server, "/v1/files", "x", { headers: { "content-type": "multipart/form-data" } });
    expect(broken.status).toBe(400);
  });

  it("lists its models", async () => {
    const server = await start({ models: [{ id: "a", type: "chat" }] });
    expect(await (await fetch(`${server.url}/v1/models`)).json()).toMatchObject([{ id: "a", type: "chat" }]);
    const other = await start({ provider: "openai", models: [{ id: "b", type: "chat" }] });
    expect(await (await fetch(`${other.url}/v1/models`)).json()).toMatchObject({ data: [{ id: "b" }] });
  });

  it.each([
    ["a body that is no JSON", "/v1/chat/completions", "{", 400, /not JSON/],
    ["no body", "/v1/chat/completions", "", 400, /must be a JSON object/],
    ["no model", "/v1/chat/completions", {}, 400, /'model'/],
    ["no messages", "/v1/chat/completions", { model: CHAT }, 400, /'messages'/],
    ["an odd max_tokens", "/v1/chat/completions", chat({ max_tokens: -1 }), 400, /'max_tokens'/],
    ["an unknown model", "/v1/chat/completions", chat({ model: "nobody/nothing" }), 404, /nobody\/nothing/],
    ["a model for something else", "/v1/embeddings", { model: CHAT, input: "x" }, 400, /for chat/],
    ["an empty input", "/v1/embeddings", { model: EMBED, input: [] }, 400, /'input'/],
    ["an unknown path", "/v1/nothing", {}, 404, /\/v1\/nothing/],
    ["a body that is too large", "/v1/chat/completions", "x".repeat(2_001), 413, /2000 is the most/],
  ])("says what is wrong with %s", async (_name, path, body, status, message) => {
    const server = await start({ bodyBytesMax: 2_000 });
    const response = await post(server, path, body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { message: expect.stringMatching(message) } });
    expect((await stateOf(server)).lanes).toEqual([]);
  });

  it("limits each organisation by itself, and never shows a key", async () => {
    const server = await start({ limit: { kind: "policer", requestsPerSecond: 0.001 } });
    const statusOf = async (key: string) =>
      (await ask(server, {}, { headers: { authorization: `Bearer ${key}` } })).status;
    expect([await statusOf("secret-1"), await statusOf("secret-2"), await statusOf("secret-1")]).toEqual([
      200, 200, 429,
    ]);
    const text = await (await fetch(`${server.url}/__state`)).text();
    expect(text).not.toContain("secret");
    expect((JSON.parse(text) as ServiceState).lanes).toHaveLength(2);
  });

  it("counts what became of requests, second by second, beside what could have been let in", async () => {
    // Three at once, and no more for a third of a minute.
    const server = await start({ limit: { kind: "policer", requestsPerSecond: 0.05, depthMs: 60_000 } });
    const statuses = await Promise.all(Array.from({ length: 8 }, async () => (await ask(server)).status));
    expect(statuses.filter((status) => status === 200)).toHaveLength(3);
    const [lane] = (await stateOf(server)).lanes;
    expect(lane).toMatchObject({
      model: CHAT,
      limitPerSecond: 0.05,
      offered: 8,
      accepted: 3,
      throttled: 5,
      inFlight: 0,
    });
    const sum = (field: "offered" | "allowed") =>
      lane?.trace.reduce((total, second) => total + (second[field] ?? 0), 0);
    expect([sum("offered"), sum("allowed")]).toEqual([8, expect.closeTo(lane?.allowed ?? -1, 9)]);
  });

  it("moves its limits, capacity and outages through the control endpoint", async () => {
    const server = await start({ limit: { kind: "together", requests: { base: 50 } } });
    const control = (body: unknown) => post(server, "/__control", body);
    await control({ requestsPerSecond: 0 });
    const refused = await ask(server);
    expect([refused.status, await refused.json()]).toMatchObject([
      429,
      { error: { type: "dynamic_request_limited" }, error_type: "dynamic_request_limited" },
    ]);
    await control({ requestsPerSecond: null, capacityPerSecond: 0 });
    expect((await ask(server)).status).toBe(503);
    await control({ capacityPerSecond: null });
    expect((await ask(server)).status).toBe(200);
    await control([{ outageMs: 3_600_000 }, { atMs: 3_600_000, requestsPerSecond: 1 }]);
    expect((await ask(server)).status).toBe(503);
    await control({ outageMs: 0, model: CHAT });
    expect((await ask(server)).status).toBe(200);
  });

  it.each([
    [{ requestsPerSecond: -1 }, /requestsPerSecond/],
    [{ rps: 1 }, /rps/],
    [[{ requestsPerSecond: 1 }, { outageMs: "long" }], /move 2\.outageMs/],
    [{ fault: { kind: "flood" } }, /fault\.kind/],
    ["[", /not JSON/],
  ])("refuses the move %j, and changes nothing", async (body, message) => {
    const server = await start();
    const response = await post(server, "/__control", body);
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { error: { message: expect.stringMatching(message) } },
    ]);
    expect((await ask(server)).status).toBe(200);
  });

  it("closes while it owes answers, and while nobody listens to them", async () => {
    const server = await start({ latency: { firstByteMs: 3_600_000 } });
    const left = new AbortController();
    const pending = [ask(server), ask(server, {}, { signal: left.signal })].map((each) => each.catch((error) => error));
    while (server.state().lanes[0]?.inFlight !== 2) await new Promise((resolve) => setImmediate(resolve));
    left.abort();
    while (server.state().lanes[0]?.inFlight !== 1) await new Promise((resolve) => setImmediate(resolve));
    await server.close();
    expect((await Promise.all(pending)).every((each) => each instanceof Error)).toBe(true);
    await expect(fetch(server.url)).rejects.toThrow();
  });

  it("lets what is under way end, where it is given time, and then closes at once", async () => {
    const server = await start({ latency: { firstByteMs: 100, sigma: 0, perTokenMs: 0 } });
    const pending = ask(server);
    while (server.state().lanes[0]?.inFlight !== 1) await new Promise((resolve) => setImmediate(resolve));
    const closed = server.close({ graceMs: 3_600_000 });
    expect(await (await pending).json()).toMatchObject({ object: "chat.completion" });
    await closed;
  });

  it("answers what is no HTTP with 400, and lives on", async () => {
    const server = await start();
    const socket = connect(server.port, "127.0.0.1");
    socket.write("hello\r\n\r\n");
    const [data] = await once(socket, "data");
    expect(String(data)).toMatch(/^HTTP\/1.1 400 /);
    socket.destroy();
    expect((await ask(server)).status).toBe(200);
  });

  it("lives on where a client leaves in the middle of its request", async () => {
    const server = await start();
    const socket = connect(server.port, "127.0.0.1");
    socket.write("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{");
    await once(socket, "connect");
    socket.resetAndDestroy();
    await once(socket, "close");
    expect((await ask(server)).status).toBe(200);
    expect((await stateOf(server)).lanes).toMatchObject([{ offered: 1 }]);
  });

  it("rejects where its port is taken", async () => {
    const { port } = await start();
    await expect(startServer({ port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});

describe("equal seeds", () => {
  /** What a client sees of forty requests, one after another; dates and times are the clock's. */
  const history = async (seed: number) => {
    const server = await start({
      seed,
      faults: [
        { kind: "status-500", share: 0.2 },
        { kind: "close-early", share: 0.1 },
      ],
      lies: [{ kind: "garbage", share: 0.3 }],
      latency: { firstByteMs: 1, perTokenMs: 0, refusalMs: 1, slowShare: 0.1, slowFactor: 5 },
      limit: { kind: "policer", requestsPerSecond: 1_000 },
    });
    const seen: unknown[] = [];
    for (let index = 0; index < 40; index++) {
      const response = await ask(server, { stream: index % 2 === 0 }).catch(() => undefined);
      if (response === undefined) seen.push("lost");
      else {
        const text = (await response.text()).replaceAll(/"created":\d+/g, "");
        seen.push([response.status, response.headers.get("x-ratelimit-limit"), text]);
      }
    }
    return JSON.stringify(seen);
  };

  it("get equal answers to equal requests in an equal order, and others get others", async () => {
    const first = await history(7);
    expect(await history(7)).toBe(first);
    expect(await history(8)).not.toBe(first);
  });
});

describe("the faults of the simulated API", () => {
  const broken = (kind: FaultKind) =>
    start({ faults: [{ kind, times: 1 }], headers: "every", limit: { kind: "together", requests: { base: 50 } } });

  it("garbage-headers, limit-zero and reset-1970 change the headers alone", async () => {
    for (const [kind, header, value] of [
      ["garbage-headers", "x-ratelimit-limit", "NaN"],
      ["limit-zero", "x-ratelimit-limit", "0"],
      ["reset-1970", "x-ratelimit-reset", "Thu, 01 Jan 1970 00:00:01 GMT"],
    ] as const) {
      const server = await broken(kind);
      const [bad, good] = [await ask(server), await ask(server)];
      expect([bad.status, bad.headers.get(header), good.headers.get("x-ratelimit-limit")]).toEqual([200, value, "50"]);
      expect(await bad.json()).toMatchObject({ object: "chat.completion" });
    }
  });

  it("close-early and close-mid-body break the connection off", async () => {
    const early = await broken("close-early");
    await expect(ask(early)).rejects.toThrow("fetch failed");
    expect((await ask(early)).status).toBe(200);
    for (const stream of [false, true]) {
      const server = await broken("close-mid-body");
      const response = await ask(server, { stream });
      expect(response.status).toBe(200);
      await expect(response.text()).rejects.toThrow("terminated");
      expect(server.state().lanes[0]?.inFlight).toBe(0);
    }
  });

  it("never-answer says nothing until the client leaves", async () => {
    const server = await broken("never-answer");
    const client = new AbortController();
    const asked = ask(server, {}, { signal: client.signal });
    const inFlight = () => server.state().lanes[0]?.inFlight;
    await expect.poll(inFlight).toBe(1);
    client.abort();
    await expect(asked).rejects.toThrow(/abort/);
    expect((await ask(server)).status).toBe(200);
    await expect.poll(inFlight).toBe(0);
  });

  it("error-in-stream ends a good beginning with an error event", async () => {
    const server = await broken("error-in-stream");
    const response = await ask(server, { stream: true });
    const events = eventsOf(await response.text());
    expect([response.status, events.length > 2, events.at(-1)]).toMatchObject([
      200,
      true,
      { error: { type: "overloaded_error" } },
    ]);
  });

  it.each([
    ["openai", "/v1/responses", { input: "Hi", max_output_tokens: 8 }, { type: "error", error: { param: null } }],
    ["anthropic", "/v1/messages", { max_tokens: 8 }, { type: "error", error: { type: "overloaded_error" } }],
    ["cohere", "/v2/chat", {}, { type: "message-end", delta: { finish_reason: "ERROR" } }],
    [
      "google",
      "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
      { contents: [{ parts: [{ text: "Hi" }] }] },
      { error: { code: 503, status: "UNAVAILABLE" } },
    ],
  ])("error-in-stream is worded as that API does: %s", async (provider, path, more, error) => {
    const server = await start({ provider, faults: [{ kind: "error-in-stream" }] });
    const response = await post(server, path, chat({ stream: true, ...more }));
    const data = (await response.text()).split("\n").filter((line) => line.startsWith("data: "));
    const last = JSON.parse(data.at(-1)?.slice(6) ?? "");
    expect([response.status, data.length > 1, last]).toMatchObject([200, true, error]);
  });

  it("retry-after-year, status-500, status-502 and status-503 refuse", async () => {
    const year = await ask(await broken("retry-after-year"));
    expect([year.status, year.headers.get("retry-after")]).toEqual([429, "31536000"]);
    expect((await ask(await broken("status-500"))).status).toBe(500);
    expect((await ask(await broken("status-503"))).status).toBe(503);
    const page = await ask(await broken("status-502"));
    expect([page.status, page.headers.get("content-type"), await page.text()]).toEqual([
      502,
      "text/html",
      expect.stringContaining("<html>"),
    ]);
  });
});
