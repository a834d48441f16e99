import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, createServer as createNetServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import { startServer } from "../../simulations/server/http.js";
import type { BudgetSnapshot } from "../../src/index.js";
import { beginCommand } from "./command-line.js";
import {
  AT_ONCE,
  answer,
  closeAfterEach,
  errorIn,
  open,
  openProxy,
  openTarget,
  raw,
  rawRequest,
  textOf,
} from "./proxy/stage.js";

closeAfterEach();

const CHAT = "/v1/chat/completions";
const body = (model = "m", more: object = {}) => JSON.stringify({ model, messages: [], ...more });

function post(url: string, text = body(), headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url + CHAT, { method: "POST", body: text, headers: { "content-type": "application/json", ...headers } });
}

async function budgets(url: string): Promise<readonly BudgetSnapshot[]> {
  const state = (await (await fetch(`${url}/__sluice/state`)).json()) as { budgets: readonly BudgetSnapshot[] };
  return state.budgets;
}

/** How many wait and are in flight, over all keys. */
async function load(url: string): Promise<readonly [queued: number, inFlight: number]> {
  const rows = (await budgets(url)).filter(({ dimension }) => dimension === "requests");
  return [rows.reduce((sum, { queued }) => sum + queued, 0), rows.reduce((sum, { inFlight }) => sum + inFlight, 0)];
}

const idle = (url: string) => vi.waitFor(async () => expect(await load(url)).toEqual([0, 0]));

/** A request that can be left, and its answer as far as it comes. */
function begin(url: string, { text = body(), path = CHAT }: { text?: string; path?: string } = {}) {
  const request = httpRequest(url + path, { method: "POST", headers: { "content-type": "application/json" } });
  request.on("error", () => {});
  request.end(text);
  const response = new Promise<IncomingMessage>((resolve) => request.once("response", resolve));
  return { response, leave: () => request.destroy() };
}

describe("sluice proxy", () => {
  it("prints its URL, hands on what is asked and answered, and stops at Ctrl-C", async () => {
    const server = await startServer({
      latency: { firstByteMs: 1, perTokenMs: 0 },
      limit: { kind: "gcra", requestsPerSecond: 1_000 },
    });
    const proxy = await openProxy(`${server.url}/v1`);
    const model = "meta-llama/Llama-3.3-70B-Instruct-Turbo";
    const messages = [{ role: "user", content: "Hello." }];
    const plain = await post(proxy.url, JSON.stringify({ model, messages }));
    expect([plain.status, (await plain.json()).object]).toEqual([200, "chat.completion"]);
    const streamed = await post(proxy.url, JSON.stringify({ model, messages, stream: true }));
    expect(streamed.headers.get("content-type")).toContain("text/event-stream");
    expect(await streamed.text()).toMatch(/^data: \{[\s\S]+data: \[DONE\]\n\n$/);
    expect(((await (await fetch(`${proxy.url}/models`)).json()) as unknown[]).length).toBeGreaterThan(1);
    proxy.interrupt();
    expect(await proxy.exit).toBe(130);
    await expect(fetch(proxy.url)).rejects.toThrow();
    await server.close();
  });

  it("speaks JSON where a program listens", async () => {
    const target = await openTarget((_, response) => answer(response, 200, {}));
    const command = beginCommand(["proxy", "--target", target, "--json"]);
    const { url, port } = JSON.parse(await command.firstLine) as { url: string; port: number };
    expect(url).toBe(`http://127.0.0.1:${port}`);
    await (await post(url)).text();
    command.interrupt();
    expect(await command.exit).toBe(130);
    expect(JSON.parse(command.out().split("\n")[1] ?? "")).toMatchObject({
      target: `${target}/`,
      open: 0,
      left: 0,
      broken: 0,
      answers: { "2xx": 1 },
      budgets: [{ accepted: 1, queued: 0, inFlight: 0 }],
    });
  });
});

describe("what passes", () => {
  it("changes nothing of method, path, query, headers and body but what ends here", async () => {
    const seen: { line: string; headers: string[]; text: string }[] = [];
    const target = await openTarget(async (request, response) => {
      seen.push({ line: `${request.method} ${request.url}`, headers: request.rawHeaders, text: await textOf(request) });
      answer(response, 200, {});
    });
    const { port } = await openProxy(`${target}/base/v1?api-version=2`);
    const head = [
      "PATCH /v1/x%2Fy?b=%20&b HTTP/1.1",
      "Host: localhost",
      "Authorization: Bearer a",
      "X-Twice: one",
      "x-twice: two",
      "X-Latin: caf\u00e9",
      "X-Mine: gone",
      "Connection: close, X-Mine",
      "Keep-Alive: timeout=5",
      "TE: trailers",
      "Proxy-Authorization: Basic x",
      "Upgrade: h2c",
      "HTTP2-Settings: AAMAAABk",
      "sluice-priority: -1.5",
      "sluice-tenant: a",
      "sluice-deadline-ms: 60000",
      "sluice-wait-max-ms: 60000",
      "Transfer-Encoding: chunked",
    ];
    const all = await raw(port, `${head.join("\r\n")}\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`);
    expect(all).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    const [{ line, headers, text } = { line: "", headers: [], text: "" }] = seen;
    expect([line, text]).toEqual(["PATCH /base/v1/x%2Fy?api-version=2&b=%20&b", "abcde"]);
    const pairs = Array.from({ length: headers.length / 2 }, (_, at) => `${headers[2 * at]}: ${headers[2 * at + 1]}`);
    expect(pairs.sort()).toEqual([
      "authorization: Bearer a",
      "connection: keep-alive",
      "content-length: 5",
      `host: ${new URL(target).host}`,
      "x-latin: caf\u00e9",
      "x-twice: one",
      "x-twice: two",
    ]);
  });

  it("hands an answer on as it is: status, words, doubled headers, packed bytes", async () => {
    const packed = gzipSync("hello");
    const target = await openTarget((_, response) => {
      response.writeHead(
        203,
        "Quite So",
        [
          ["Set-Cookie", "a=1"],
          ["set-cookie", "b=2"],
          ["X-Latin", "caf\u00e9"],
          ["X-Hop", "gone"],
          ["Connection", "close, X-Hop"],
          ["Content-Encoding", "gzip"],
          ["Content-Length", String(packed.length)],
        ].flat(),
      );
      response.end(packed);
    });
    const { port } = await openProxy(target);
    const all = await rawRequest(port, "GET /x HTTP/1.1");
    const [head = "", rest] = all.split("\r\n\r\n");
    expect(head.split("\r\n")).toEqual([
      "HTTP/1.1 203 Quite So",
      "set-cookie: a=1",
      "set-cookie: b=2",
      "x-latin: caf\u00e9",
      "content-encoding: gzip",
      `content-length: ${packed.length}`,
      expect.stringMatching(/^date: /i),
      "Connection: close",
    ]);
    expect(Buffer.from(rest ?? "", "latin1").equals(packed)).toBe(true);
  });

  it("keeps to what HEAD, 204, 304 and informational answers mean", async () => {
    const target = await openTarget((request, response) => {
      if (request.url === "/hints") response.writeEarlyHints({ link: "</a>; rel=preload" });
      const status = request.url === "/204" ? 204 : request.url === "/304" ? 304 : 200;
      response.writeHead(status, status === 200 ? { "content-length": "5" } : { etag: "x" });
      response.end(status === 200 ? "hello" : undefined);
    });
    const { port } = await openProxy(target);
    expect(await rawRequest(port, "HEAD /x HTTP/1.1")).toMatch(
      /^HTTP\/1.1 200 OK\r\ncontent-length: 5\r\n[\s\S]*\r\n\r\n$/,
    );
    expect(await rawRequest(port, "GET /204 HTTP/1.1")).toMatch(
      /^HTTP\/1.1 204 No Content\r\netag: x\r\n[\s\S]*\r\n\r\n$/,
    );
    expect(await rawRequest(port, "GET /304 HTTP/1.1")).toMatch(
      /^HTTP\/1.1 304 Not Modified\r\netag: x\r\n[\s\S]*\r\n\r\n$/,
    );
    expect(await rawRequest(port, "GET /hints HTTP/1.1")).toMatch(/^HTTP\/1.1 200 OK[\s\S]*\r\n\r\nhello$/);
  });

  it("hands events on one by one, and not at the end", async () => {
    let next = (): void => {};
    const target = await openTarget((_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.flushHeaders();
      next = () => {
        response.write("data: 1\n\n");
        next = () => response.end("data: 2\n\n");
      };
    });
    const { url } = await openProxy(target);
    const response = await post(url);
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    next();
    expect((await reader?.read())?.value).toBe("data: 1\n\n");
    next();
    expect((await reader?.read())?.value).toBe("data: 2\n\n");
    expect((await reader?.read())?.done).toBe(true);
  });

  it("waits for leave to send a body where its client does, and refuses without", async () => {
    const target = await openTarget(async (request, response) => answer(response, 200, await textOf(request)));
    const { port } = await openProxy(target, { argv: ["--body-max", "1"] });
    const ask = (length: number) =>
      new Promise<string>((resolve) => {
        let all = "";
        const socket = connect(port, "127.0.0.1");
        socket.write(
          `POST /x HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nexpect: 100-continue\r\ncontent-length: ${length}\r\n\r\n`,
        );
        socket.setEncoding("latin1").on("data", (chunk) => {
          if (all === "" && String(chunk).startsWith("HTTP/1.1 100 Continue")) socket.write("x".repeat(length));
          all += chunk;
          if (all.includes("--body-max")) socket.destroy();
        });
        socket.on("close", () => resolve(all));
      });
    expect(await ask(3)).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK[\s\S]*"xxx"\r\n/);
    const refused = await ask(2_000_000);
    expect(refused).toMatch(/^HTTP\/1.1 413 /);
    expect(errorIn(refused)).toMatchObject({
      code: "ERR_PROXY_BODY_TOO_LARGE",
      message: expect.stringContaining("1 MB"),
    });
    expect(await rawRequest(port, "GET / HTTP/1.1", "expect: tea")).toMatch(/^HTTP\/1.1 417 /);
  });
});

describe("the control", () => {
  it("gives each credential and model a budget of its own, and shows neither key nor token", async () => {
    const target = await openTarget((_, response) => answer(response, 200, {}));
    const env = { TOKEN: "very-secret-token" };
    const { url, out, err } = await openProxy(target, { argv: ["--token-env", "TOKEN"], env });
    const own = { "sluice-token": "very-secret-token" };
    await Promise.all([
      post(url, body("a"), { ...own, authorization: "Bearer secret-1" }),
      post(url, body("a"), { ...own, authorization: "Bearer secret-1" }),
      post(url, body("b"), { ...own, authorization: "Bearer secret-1" }),
      post(url, body('a"\\\n'), { ...own, "x-api-key": "secret-2" }),
    ]);
    const page = async (name: string) =>
      (await fetch(`${url}/__sluice/${name}`, { headers: { authorization: "Bearer very-secret-token" } })).text();
    const state = JSON.parse(await page("state"));
    const keys = (state.budgets as BudgetSnapshot[]).map(({ key }) => key.split("|"));
    expect(keys.map(([origin, , model]) => [origin, model]).sort()).toEqual(
      [["a"], ["b"], ['a"\\?']].map(([model]) => [target, model]).sort(),
    );
    expect(new Set(keys.map(([, fingerprint]) => fingerprint)).size).toBe(2);
    const metrics = await page("metrics");
    expect(metrics).toMatch(/^sluice_requests_total\{key="[^"]+\|a"\} 2$/m);
    expect(metrics).toMatch(/^sluice_rate\{key="[^"]+\|a\\"\\\\\?",dimension="requests"\} \d+/m);
    expect([JSON.stringify(state), metrics, out(), err()].join("")).not.toMatch(/secret/);
  });

  it("waits for its turn, tries a refused request again, and hands the last refusal on with all it says", async () => {
    let asked = 0;
    const target = await openTarget((_, response) => {
      asked += 1;
      if (asked < 3) answer(response, 429, { error: { message: "slow" } }, { "retry-after": "0" });
      else if (asked === 3) answer(response, 200, {});
      else answer(response, 429, { error: { message: "slow down" } }, { "retry-after": "7", "x-ratelimit-limit": "3" });
    });
    const options = { ...AT_ONCE, retry: { attemptsMax: 3, backoffInitialMs: 1, retryAfterMaxMs: 5_000 } };
    const { url } = await openProxy(target, { options });
    expect([(await post(url)).status, asked]).toEqual([200, 3]);
    const refused = await post(url);
    expect(refused.status).toBe(429);
    expect(Object.fromEntries(refused.headers)).toMatchObject({ "retry-after": "7", "x-should-retry": "false" });
    expect(await refused.json()).toEqual({ error: { message: "slow down" } });
    expect(await (await fetch(`${url}/__sluice/metrics`)).text()).toMatch(/^sluice_retries_total\{key="[^"]+"\} 2$/m);
  });

  it("says with a 429 of its own when to come back, in the draft's words and in the provider's", async () => {
    const target = await openTarget(() => {});
    const options = { control: { rateInitial: 2 }, concurrencyMax: 1, queue: { sizeMax: 1 } };
    const { url } = await openProxy(target, { options, argv: ["--provider", "openai"] });
    const waiting = [begin(url), begin(url)];
    await vi.waitFor(async () => expect(await load(url)).toEqual([1, 1]));
    const refused = await post(url);
    expect(refused.status).toBe(429);
    const headers = Object.fromEntries(refused.headers);
    expect(headers).toMatchObject({
      "content-type": "application/json",
      "retry-after": expect.stringMatching(/^[1-9]\d?$/),
      ratelimit: expect.stringMatching(/^"requests";r=0;t=\d+$/),
      "ratelimit-policy": expect.stringMatching(/^"requests";q=\d+;w=60$/),
      "x-ratelimit-limit-requests": expect.stringMatching(/^\d+$/),
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-requests": expect.stringMatching(/s$/),
    });
    expect((await refused.json()).error).toMatchObject({ type: "rate_limit_error", code: "ERR_SLUICE_QUEUE_FULL" });
    const late = await post(url, body(), { "sluice-deadline-ms": "0" });
    expect([late.status, late.headers.has("retry-after")]).toEqual([429, true]);
    for (const { leave } of waiting) leave();
    await idle(url);
  });

  it("lets a request say how urgent it is, whose, and how long it may take", async () => {
    const served: string[] = [];
    let release = (): void => {};
    const target = await openTarget(async (request, response) => {
      const { name } = JSON.parse(await textOf(request));
      if (name === "first") await new Promise<void>((resolve) => (release = resolve));
      served.push(name);
      answer(response, 200, {});
    });
    const { url } = await openProxy(target, { options: { ...AT_ONCE, concurrencyMax: 1 } });
    const first = post(url, body("m", { name: "first" }));
    await vi.waitFor(async () => expect(await load(url)).toEqual([0, 1]));
    const others: Promise<Response>[] = [];
    for (const [name, headers] of [
      ["late", { "sluice-priority": "-1" }],
      ["usual", {}],
      ["urgent", { "sluice-priority": "5" }],
    ] as const) {
      others.push(post(url, body("m", { name }), headers));
      await vi.waitFor(async () => expect((await load(url))[0]).toBe(others.length));
    }
    const short = post(url, body("m", { name: "short" }), { "sluice-wait-max-ms": "1" });
    expect((await (await short).json()).error.code).toBe("ERR_SLUICE_WAIT");
    release();
    await Promise.all([first, ...others]);
    expect(served).toEqual(["first", "urgent", "usual", "late"]);
  });

  it.each([
    [{ "sluice-priority": "high" }, 'sluice-priority must be a number, such as 10 or -1, got "high"'],
    [{ "sluice-deadline-ms": "-1" }, "sluice-deadline-ms must be a number of milliseconds, 0 or more"],
    [{ "sluice-wait-max-ms": "1e3" }, 'sluice-wait-max-ms must be a number of milliseconds, 0 or more, got "1e3"'],
    [{ "sluice-tenant": "x".repeat(129) }, "sluice-tenant must be a text of 1 to 128 characters"],
    [{ "sluice-prority": "1" }, 'unknown header "sluice-prority"; did you mean sluice-priority?'],
  ])("refuses %j", async (headers, message) => {
    const target = await openTarget((_, response) => answer(response, 200, {}));
    const { url } = await openProxy(target);
    const response = await post(url, body(), headers);
    expect([response.status, (await response.json()).error]).toEqual([
      400,
      expect.objectContaining({ code: "ERR_PROXY_HEADER", message: expect.stringContaining(message) }),
    ]);
  });

  it("asks another model where one is overloaded, and tells of it as one request", async () => {
    const models: string[] = [];
    const target = await openTarget(async (request, response) => {
      const { model } = JSON.parse(await textOf(request));
      models.push(model);
      if (model === "a") answer(response, 503, { error: { message: "overloaded" } });
      else answer(response, 200, { model });
    });
    const { url } = await openProxy(target, { options: { ...AT_ONCE, fallback: { a: ["b"] } } });
    expect(await (await post(url, body("a"))).json()).toEqual({ model: "b" });
    expect(models).toEqual(["a", "b"]);
    await idle(url);
  });

  it("answers requests that come on one connection without a pause, in their order", async () => {
    const target = await openTarget((request, response) => {
      setTimeout(() => answer(response, 200, request.url), request.url === "/1" ? 50 : 0);
    });
    const { port } = await openProxy(target);
    const get = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n${more}\r\n`;
    const all = await raw(port, get("/1") + get("/2") + get("/3", "connection: close\r\n"));
    expect([...all.matchAll(/"(\/\d)"/g)].map(([, path]) => path)).toEqual(["/1", "/2", "/3"]);
    expect(await raw(port, "GET /old HTTP/1.0\r\nhost: localhost\r\n\r\n")).toMatch(/^HTTP\/1.1 200[\s\S]+"\/old"$/);
  });

  it("puts in a key of its own for whatever a client sends", async () => {
    const target = await openTarget(({ headers }, response) =>
      answer(response, 200, [headers.authorization, headers["x-api-key"], headers["api-key"]]),
    );
    const { url } = await openProxy(target, { argv: ["--api-key-env", "KEY"], env: { KEY: "ours" } });
    const sent = async (path: string, headers: Record<string, string>) =>
      (await fetch(url + path, { method: "POST", body: body(), headers })).json();
    expect(await sent(CHAT, { authorization: "Bearer theirs", "api-key": "x" })).toEqual(["Bearer ours", null, null]);
    expect(await sent("/v1/messages", { "x-api-key": "theirs" })).toEqual(["Bearer ours", "ours", null]);
  });
});

describe("a client that leaves", () => {
  it("leaves the queue, or ends what was asked for it, and its place is free at once", async () => {
    let gone = 0;
    const arrived: string[] = [];
    const target = await openTarget(async (request, response) => {
      response.on("close", () => {
        if (!response.writableFinished) gone += 1;
      });
      const { name } = JSON.parse(await textOf(request));
      arrived.push(name);
      if (name === "mid") response.writeHead(200, { "content-type": "text/event-stream" }).write("data: 1\n\n");
      if (name === "last") answer(response, 200, {});
    });
    const { url } = await openProxy(target, { options: { ...AT_ONCE, concurrencyMax: 1 } });
    const silent = begin(url, { text: body("m", { name: "silent" }) });
    await vi.waitFor(() => expect(arrived).toEqual(["silent"]));
    const queued = begin(url, { text: body("m", { name: "queued" }) });
    await vi.waitFor(async () => expect(await load(url)).toEqual([1, 1]));
    queued.leave();
    await vi.waitFor(async () => expect(await load(url)).toEqual([0, 1]));
    const mid = begin(url, { text: body("m", { name: "mid" }) });
    await vi.waitFor(async () => expect(await load(url)).toEqual([1, 1]));
    silent.leave();
    await once(await mid.response, "data");
    expect([arrived, gone]).toEqual([["silent", "mid"], 1]);
    const last = post(url, body("m", { name: "last" }));
    await vi.waitFor(async () => expect(await load(url)).toEqual([1, 1]));
    mid.leave();
    expect((await last).status).toBe(200);
    await vi.waitFor(() => expect(gone).toBe(2));
    await idle(url);
    expect(arrived).toEqual(["silent", "mid", "last"]);
  });
});

describe("a connection that closes", () => {
  it("takes all with it that was asked on it", async () => {
    let arrived = 0;
    const target = await openTarget(() => {
      arrived += 1;
    });
    const { url, port } = await openProxy(target, { options: { ...AT_ONCE, concurrencyMax: 2 } });
    const socket = connect(port, "127.0.0.1");
    socket.write("GET /x HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(20));
    await vi.waitFor(async () => expect([arrived, await load(url)]).toEqual([2, [18, 2]]));
    socket.destroy();
    await idle(url);
    expect(await (await fetch(`${url}/__sluice/state`)).json()).toMatchObject({ open: 0, left: 20 });
  });
});

describe("what is large or slow", () => {
  it("reads an answer no faster than its client does", async () => {
    let sent = 0;
    const chunk = Buffer.alloc(65_536, "x");
    const target = await openTarget((_, response) => {
      const more = (): void => {
        while (sent < 1_000) {
          sent += 1;
          if (!response.write(chunk)) return void response.once("drain", more);
        }
        response.end();
      };
      more();
    });
    const { url } = await openProxy(target);
    const { response } = begin(url);
    const answered = await response;
    answered.pause();
    await vi.waitFor(async () => {
      const before = sent;
      await sleep(100);
      expect(sent).toBe(before);
    });
    // The buffers of four sockets: some megabytes of 65.
    expect(sent).toBeLessThan(500);
    let bytes = 0;
    for await (const each of answered) bytes += (each as Buffer).byteLength;
    expect(bytes).toBe(1_000 * chunk.byteLength);
  });

  it("takes a body no faster than the target does where it isn't held, and sends it with its model known", async () => {
    let reading: IncomingMessage | undefined;
    let received = 0;
    const target = await openTarget((request, response) => {
      reading = request;
      request.on("end", () => answer(response, 200, { received }));
    });
    // Held is an eighth of a megabyte.
    const { url } = await openProxy(target, { argv: ["--memory-max", "1"] });
    let given = 0;
    const size = 64_000_000;
    const head = body("the-model").slice(0, -1);
    const request = httpRequest(url + CHAT, { method: "POST", headers: { "content-length": size } });
    const response = new Promise<IncomingMessage>((resolve) => request.once("response", resolve));
    const chunk = " ".repeat(65_536);
    const give = (): void => {
      while (given < size) {
        const text = given === 0 ? head : given + chunk.length >= size ? `${" ".repeat(size - given - 1)}}` : chunk;
        given += text.length;
        if (!request.write(text)) return void request.once("drain", give);
      }
      request.end();
    };
    give();
    await vi.waitFor(() => expect(reading).toBeDefined());
    await vi.waitFor(async () => {
      const before = given;
      await sleep(100);
      expect(given).toBe(before);
    });
    expect(given).toBeLessThan(size / 2);
    reading?.on("data", (bytes) => {
      received += bytes.length;
    });
    const text = await textOf(await response);
    expect(JSON.parse(text)).toEqual({ received: size });
    expect((await budgets(url))[0]?.key).toContain("|the-model");
  });

  it("refuses a body that turns out too long, before and after it was begun to be sent on", async () => {
    let whole = 0;
    const target = await openTarget(async (request, response) => {
      await textOf(request).catch(() => {});
      if (request.complete) whole += 1;
      if (!response.destroyed) answer(response, 200, {});
    });
    for (const [bodyMax, memoryMax] of [
      ["0.1", "256"],
      ["1", "1"],
    ] as const) {
      const { url } = await openProxy(target, { argv: ["--body-max", bodyMax, "--memory-max", memoryMax] });
      const request = httpRequest(url + CHAT, { method: "POST" });
      request.on("error", () => {});
      const response = new Promise<IncomingMessage>((resolve) => request.once("response", resolve));
      for (let at = 0; at < 40; at += 1) request.write(Buffer.alloc(65_536));
      const answered = await response;
      expect(answered.statusCode).toBe(413);
      expect(errorIn(await textOf(answered)).message).toBe(`the body is longer than ${bodyMax} MB (--body-max)`);
      request.destroy();
      await idle(url);
    }
    expect(whole).toBe(0);
  });

  it("leaves bodies unread while there is no room for them", async () => {
    const held: ServerResponse[] = [];
    const target = await openTarget((request, response) => {
      request.resume().on("end", () => held.push(response));
    });
    const { url } = await openProxy(target, { argv: ["--memory-max", "1"] });
    const text = body("m", { filler: "x".repeat(100_000) });
    const all = Array.from({ length: 12 }, () => begin(url, { text }));
    await vi.waitFor(() => expect(held).toHaveLength(9));
    const heldBytes = async () =>
      (await (await fetch(`${url}/__sluice/metrics`)).text()).match(/held_bytes (\d+)/)?.[1];
    expect(Number(await heldBytes())).toBeLessThanOrEqual(1_000_000);
    await sleep(50);
    expect(held).toHaveLength(9);
    all.shift()?.leave();
    for (const response of held.splice(1)) answer(response, 200, {});
    await vi.waitFor(() => expect(held.length).toBeGreaterThanOrEqual(3));
    for (const response of held) answer(response, 200, {});
    await Promise.all(all.map(async ({ response }) => (await response).resume()));
    await idle(url);
    expect(Number(await heldBytes())).toBe(0);
  });
});

describe("whom it answers", () => {
  it("asks for a token where others could come, and compares it alone", async () => {
    const seen: (string | undefined)[] = [];
    const target = await openTarget(({ headers }, response) => {
      seen.push(headers["sluice-token"]?.toString(), headers.authorization);
      answer(response, 200, {});
    });
    const { url, port } = await openProxy(target, {
      argv: ["--host", "0.0.0.0", "--token-env", "T"],
      env: { T: "abc" },
    });
    expect(url).toBe(`http://0.0.0.0:${port}`);
    const ask = (headers: Record<string, string>, path = "/v1/models") =>
      fetch(`http://127.0.0.1:${port}${path}`, { headers });
    for (const headers of [{}, { "sluice-token": "abd" }, { "sluice-token": "" }, { authorization: "Bearer abc" }]) {
      const refused = await ask(headers as Record<string, string>);
      expect([refused.status, (await refused.json()).error.type]).toEqual([401, "authentication_error"]);
      expect(refused.headers.get("www-authenticate")).toBe("sluice-token");
    }
    expect(seen).toEqual([]);
    expect((await ask({ "sluice-token": "abc", authorization: "Bearer theirs" })).status).toBe(200);
    expect(seen).toEqual([undefined, "Bearer theirs"]);
    expect((await ask({}, "/__sluice/healthz")).status).toBe(200);
    expect((await ask({}, "/__sluice/metrics")).status).toBe(401);
    expect((await ask({ authorization: "Bearer abc" }, "/__sluice/metrics")).status).toBe(200);
  });

  it("answers no web page without one, by whatever name that has found it", async () => {
    const target = await openTarget((_, response) => answer(response, 200, {}));
    const { port } = await openProxy(target);
    const statusOf = async (...headers: string[]) =>
      Number((await rawRequest(port, "GET /x HTTP/1.1", ...headers)).slice(9, 12));
    for (const name of ["localhost", `127.0.0.1:${port}`, "[::1]:80", "me.localhost", "127.3.2.1"])
      expect([name, await statusOf(`host: ${name}`)]).toEqual([name, 200]);
    for (const name of ["evil.example", `evil.example:${port}`, "127.0.0.1.evil.example", "0.0.0.0", "localhost.evil"])
      expect([name, await statusOf(`host: ${name}`)]).toEqual([name, 403]);
    expect(await statusOf("origin: https://evil.example")).toBe(403);
    expect(await statusOf("origin: null")).toBe(403);
    expect(await statusOf("sec-fetch-site: cross-site")).toBe(403);
    expect(await statusOf("sec-fetch-site: none")).toBe(200);
  });

  it("says what is wrong with what isn't for it", async () => {
    const target = await openTarget((_, response) => answer(response, 200, {}));
    const { port } = await openProxy(`${target}/v1`);
    for (const [line, headers, status, code] of [
      ["GET http://other/v1/x HTTP/1.1", [], 403, "ERR_PROXY_TARGET"],
      ["GET /v1/../x HTTP/1.1", [], 400, "ERR_PROXY_PATH"],
      ["CONNECT api.example:443 HTTP/1.1", [], 405, "ERR_PROXY_METHOD"],
      ["TRACE /x HTTP/1.1", [], 405, "ERR_PROXY_METHOD"],
      ["GET /x HTTP/1.1", ["upgrade: websocket", "connection: upgrade"], 501, "ERR_PROXY_UPGRADE"],
      ["GET /x HTTP/1.1", [`x: ${"x".repeat(20_000)}`], 431, "ERR_PROXY_HEADERS_TOO_LARGE"],
      ["GET /x HTTP/1.1", ["x: a\u0000b"], 400, "ERR_PROXY_NO_HTTP"],
      ["GET /x HTTP/1.1", ["x: a\rsluice-token: b"], 400, "ERR_PROXY_NO_HTTP"],
      ["POST /x HTTP/1.1", ["content-length: 1", "transfer-encoding: chunked"], 400, "ERR_PROXY_NO_HTTP"],
      ["hello", [], 400, "ERR_PROXY_NO_HTTP"],
      ["GET /__sluice/nothing HTTP/1.1", [], 404, "ERR_PROXY_PAGE"],
      ["POST /__sluice/state HTTP/1.1", [], 405, "ERR_PROXY_METHOD"],
    ] as const) {
      const all = await rawRequest(port, line, ...headers);
      expect([line, Number(all.slice(9, 12)), errorIn(all).code]).toEqual([line, status, code]);
      expect(errorIn(all)).toMatchObject({ type: expect.any(String), message: expect.any(String) });
    }
    expect(await rawRequest(port, `GET http://localhost/v1/x HTTP/1.1`)).toMatch(/^HTTP\/1.1 200/);
  });
});

describe("a target that fails", () => {
  const options = { ...AT_ONCE, retry: { attemptsMax: 1 } };

  it("isn't there, speaks no HTTP, hangs up, or takes too long", async () => {
    const noHttp = await open(createNetServer((socket) => socket.on("error", () => {}).end("SSH-2.0-OpenSSH\r\n")));
    const hangsUp = await open(createNetServer((socket) => socket.once("data", () => socket.destroy())));
    const silent = await openTarget(() => {});
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const { port: nobody } = closed.address() as { port: number };
    await new Promise((resolve) => closed.close(resolve));
    for (const [target, status, message] of [
      [`http://127.0.0.1:${nobody}`, 502, "ECONNREFUSED"],
      [`http://127.0.0.1:${noHttp}`, 502, "no answer from"],
      [`http://127.0.0.1:${hangsUp}`, 502, "other side closed"],
      [`https://127.0.0.1:${noHttp}`, 502, "no answer from"],
      ["http://no-such-host.invalid", 502, "no-such-host.invalid"],
      [silent, 504, "100 ms"],
    ] as const) {
      const proxy = await openProxy(target, {
        options: { ...options, attemptTimeoutMs: target === silent ? 100 : 60_000 },
      });
      const response = await post(proxy.url);
      const { error } = (await response.json()) as { error: { message: string; type: string } };
      expect([target, response.status, error.message]).toEqual([target, status, expect.stringContaining(message)]);
      await idle(proxy.url);
    }
  });

  it("breaks off in the midst of an answer, and its client sees that", async () => {
    const target = await openTarget((_, response) => {
      response.writeHead(200).write("half");
      setTimeout(() => response.destroy(), 20);
    });
    const { url } = await openProxy(target, { options });
    await expect(post(url).then((response) => response.text())).rejects.toThrow("terminated");
    await idle(url);
  });

  it("answers before it has read all of a body", async () => {
    const target = await openTarget((_, response) => {
      response.writeHead(413, { "content-type": "application/json" }).end('{"error":{"message":"no"}}');
    });
    const { url } = await openProxy(target, { options, argv: ["--memory-max", "1"] });
    const request = httpRequest(url + CHAT, { method: "POST", headers: { "content-length": 50_000_000 } });
    request.on("error", () => {});
    const response = new Promise<IncomingMessage>((resolve) => request.once("response", resolve));
    const chunk = Buffer.alloc(500_000);
    let given = 0;
    const give = (): void => {
      while (given < 100) {
        given += 1;
        if (!request.write(chunk)) return void request.once("drain", give);
      }
      request.end();
    };
    give();
    const answered = await response;
    expect([answered.statusCode, await textOf(answered)]).toEqual([413, '{"error":{"message":"no"}}']);
    request.destroy();
    await idle(url);
  });
});

describe("a proxy that stops", () => {
  it("lets what is in flight end, refuses what waits and what comes, and says how it was", async () => {
    let release = (): void => {};
    const target = await openTarget((_, response) => {
      release = () => answer(response, 200, { done: true });
    });
    const proxy = await openProxy(target, { options: { ...AT_ONCE, concurrencyMax: 1 } });
    const inFlight = post(proxy.url);
    await vi.waitFor(async () => expect(await load(proxy.url)).toEqual([0, 1]));
    const queued = post(proxy.url);
    await vi.waitFor(async () => expect(await load(proxy.url)).toEqual([1, 1]));
    proxy.interrupt();
    const refused = await queued;
    expect([refused.status, refused.headers.get("retry-after"), (await refused.json()).error.code]).toEqual([
      503,
      "1",
      "ERR_SLUICE_CLOSED",
    ]);
    release();
    expect(await (await inFlight).json()).toEqual({ done: true });
    expect(await proxy.exit).toBe(130);
    expect(proxy.err()).toMatch(/^live page: .+\nsluice proxy: stopping; 2 requests may end within 30 s\n$/);
  });

  it("cuts off what takes longer than its grace", async () => {
    const target = await openTarget(() => {});
    const proxy = await openProxy(target, { argv: ["--grace", "0.1"] });
    const cut = post(proxy.url);
    await vi.waitFor(async () => expect(await load(proxy.url)).toEqual([0, 1]));
    proxy.interrupt();
    expect((await cut).status).toBe(503);
    expect(await proxy.exit).toBe(130);
  });
});

describe("what it can't do", () => {
  it.each([
    [[], "--target is missing"],
    [["--target", "ftp://h"], "--target must be an http or https URL, got 'ftp://h'"],
    [["--target", "https://u:secret@h"], "--target must have no user or password in it"],
    [["--target", "http://h", "--host", "0.0.0.0"], "needs a token (--token-env NAME)"],
    [["--target", "http://h", "--host", "a b"], "--host must be an address or a name, got 'a b'"],
    [["--target", "http://h", "--token-env", "NOPE"], "--token-env NOPE: there is no such variable"],
    [["--target", "http://h", "--api-key-env", "NOPE"], "--api-key-env NOPE: there is no such variable"],
    [["--target", "http://h", "--provider", "acme"], "--provider: nothing is known of 'acme'"],
    [["--target", "http://h", "--port", "70000"], "--port must be an integer from 0 to 65535, got '70000'"],
    [["--target", "http://h", "--body-max", "lots"], "--body-max must be a number from 0.001 to 1000000, got 'lots'"],
    [["--target", "http://h", "--pages", "own"], "--pages must be a path such as /__sluice, got 'own'"],
    [["--target", "http://h", "--pages", "/.."], "--pages must be a path such as /__sluice, got '/..'"],
    [["--target", "http://h", "--options", "no-such.json"], "no-such.json"],
    [["--target", "http://h", "--grace=-1"], "--grace must be a number from 0 to 86400, got '-1'"],
    [["--target", "http://h", "--host", "192.0.2.1", "--token-env", "T"], "--host 192.0.2.1 --port 0 can't be had"],
    [["--taget", "http://h"], "'--taget'"],
  ])("refuses %j", async (argv, message) => {
    const command = beginCommand(["proxy", ...argv], { T: "abc" });
    expect(await command.exit).toBe(2);
    expect(command.err()).toContain(message);
    expect(command.err()).not.toContain("secret");
    expect([command.out(), command.err()]).toEqual([
      "",
      expect.stringMatching(/^sluice proxy: .+\n.+ shows what there is\.\n$/),
    ]);
  });

  it("doesn't send to itself", async () => {
    const other = createServer();
    const port = await open(other);
    await new Promise((resolve) => other.close(resolve));
    for (const name of ["localhost", "127.0.0.1", "127.0.0.2"]) {
      const command = beginCommand(["proxy", "--target", `http://${name}:${port}/v1`, "--port", String(port)]);
      expect([await command.exit, command.err()]).toEqual([2, expect.stringContaining("is this proxy itself")]);
    }
  });

  it("explains itself", async () => {
    const command = beginCommand(["proxy", "--help"]);
    expect([await command.exit, command.out()]).toEqual([0, expect.stringContaining("--target URL")]);
  });
});
