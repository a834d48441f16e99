import { request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type RunningServer, type ServerState, startServer } from "../../../../simulations/index.js";
import type { Allowance, Limit } from "../../../../simulations/server/limit.js";
import { messagesIn, readUntil } from "../../../adapter/dashboard/stage.js";

const CHAT = "Qwen/Qwen2.5-7B-Instruct-Turbo";
const LIMIT = { kind: "policer", requestsPerSecond: 10 } as const;

let server: RunningServer;
beforeAll(async () => {
  server = await startServer({
    limit: LIMIT,
    latency: { firstByteMs: 1, perTokenMs: 0, refusalMs: 1 },
    bodyBytesMax: 10_000,
  });
});
beforeEach(() => server.setLimit(10));
afterAll(() => server.close());

/** A request as a browser sends it, which `fetch` wouldn't let us write. */
function send(method: string, path: string, headers: Record<string, string> = {}, body?: string) {
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
    const sent = request(`${server.url}${path}`, { method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sent.on("error", reject).end(body);
  });
}

/** What a server answers to bytes that may be no HTTP. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(server.port, "127.0.0.1", () => socket.write(bytes));
    let text = "";
    socket
      .on("data", (part) => (text += String(part)))
      .on("close", () => resolve(text))
      .on("error", () => {});
    socket.setTimeout(2_000, () => socket.destroy());
  });
}

const limitNow = async () => {
  const body = JSON.stringify({ model: CHAT, messages: [{ role: "user", content: "x" }] });
  await (await fetch(`${server.url}/v1/chat/completions`, { method: "POST", body })).text();
  return server.state().lanes[0]?.limitPerSecond;
};
const MOVE = JSON.stringify({ requestsPerSecond: 3 });

describe("the server's own paths", () => {
  it("move it for programs of this machine, and for its own page", async () => {
    expect((await send("POST", "/__control", {}, MOVE)).status).toBe(200);
    expect(await limitNow()).toBe(3);
    const origin = server.url;
    expect((await send("POST", "/__control", { origin, "sec-fetch-site": "same-origin" }, MOVE)).status).toBe(200);
  });

  it.each([
    ["a page of another origin", { origin: "https://evil.example" }],
    ["a page without an origin", { origin: "null" }],
    ["a page of another port", { origin: "http://127.0.0.1:1" }],
    ["a browser that says that it is cross-site", { "sec-fetch-site": "cross-site" }],
    ["a name that somebody made lead here", { host: "evil.example" }],
    ["a name that only looks like ours", { host: "127.0.0.1.evil.example" }],
    ["a host that is none", { host: "@@" }],
  ])("don't for %s", async (_name, headers) => {
    expect((await send("POST", "/__control", headers, MOVE)).status).toBe(403);
    for (const path of ["/__state", "/__page", "/__events"])
      expect((await send("GET", path, headers)).status).toBe(403);
    expect(await limitNow()).toBe(10);
  });

  it.each([
    ["GET", "/__control", "POST"],
    ["OPTIONS", "/__control", "POST"],
    ["POST", "/__state", "GET, HEAD"],
    ["DELETE", "/__page", "GET, HEAD"],
    ["HEAD", "/__events", "GET"],
  ])("answer %s %s with 405, and what it takes", async (method, path, allow) => {
    expect(await send(method, path)).toMatchObject({ status: 405, headers: { allow } });
  });

  it("tell no more of the traces than was asked for", async () => {
    await limitNow();
    const state = JSON.parse((await send("GET", "/__state?seconds=0")).text) as ServerState;
    expect(state.lanes).toMatchObject([{ model: CHAT, trace: [] }]);
    const wrong = await send("GET", "/__state?seconds=few");
    expect([wrong.status, wrong.text]).toEqual([400, expect.stringContaining("got 'few'")]);
  });

  it("tell what happens as a stream, to thirty-two at once, and to all that it is over", async () => {
    const watched = await startServer({ limit: LIMIT });
    const leaving = new AbortController();
    const read = (init: RequestInit = {}) => fetch(`${watched.url}/__events`, init);
    const readers = await Promise.all(Array.from({ length: 31 }, () => read()));
    const last = await readUntil(await read({ signal: leaving.signal }), ({ type }) => type === "snapshot");
    expect(last.messages[0]).toMatchObject({ type: "snapshot", provider: "together", isOut: false, lanes: [] });
    const refused = await read();
    expect([refused.status, refused.headers.get("retry-after"), await refused.text()]).toEqual([
      503,
      "10",
      expect.stringContaining("too many look at this page already"),
    ]);
    leaving.abort();
    // Its place is free once its connection is closed, and that takes a moment.
    let late = await read();
    for (let turn = 0; late.status === 503 && turn < 100; turn++) late = await read();
    const text = late.text();
    await watched.close({ graceMs: 10_000 });
    expect(messagesIn(await text).map(({ type }) => type)).toEqual(["snapshot", "increment", "ended"]);
    const ends = readers.map(async (reader) => messagesIn(await reader.text()).at(-1)?.type);
    expect(await Promise.all(ends)).toEqual(Array(31).fill("ended"));
  });

  it("let the readers go where a limit of somebody's own fails, and say why to who comes back", async () => {
    let isBroken = false;
    const allowed = (): Allowance => {
      if (isBroken) throw new Error("out of luck");
      return { requests: 5, tokens: Number.POSITIVE_INFINITY };
    };
    const limit = (): Limit => ({
      ...{
        admit: () => ({ outcome: "accepted" }),
        waitMs: () => 0,
        settle: () => {},
        change: () => {},
        quotas: () => [],
      },
      allowed,
    });
    const own = await startServer({ limit, latency: { firstByteMs: 1, perTokenMs: 0 } });
    const body = JSON.stringify({ model: CHAT, messages: [{ role: "user", content: "x" }] });
    await (await fetch(`${own.url}/v1/chat/completions`, { method: "POST", body })).text();
    const read = await readUntil(await fetch(`${own.url}/__events`), ({ type }) => type === "snapshot");
    isBroken = true;
    await expect(read.rest()).rejects.toThrow();
    const refused = await fetch(`${own.url}/__events`);
    expect([refused.status, await refused.text()]).toEqual([500, expect.stringContaining("out of luck")]);
    await own.close();
  });

  it("lead a browser from the root to the page, and nobody else", async () => {
    expect(await send("GET", "/", { accept: "text/html,*/*" })).toMatchObject({
      status: 302,
      headers: { location: "/__page" },
    });
    expect((await send("GET", "/")).status).toBe(404);
  });

  it("have a page that is bound to what stands in it", async () => {
    const page = await send("GET", "/__page");
    expect(page.headers["content-security-policy"]).toMatch(
      /^default-src 'none'; script-src 'sha256-.*connect-src 'self'/,
    );
    expect(page.text).not.toMatch(/<(script|link|img)[^>]+(src|href)=/);
    expect((await send("HEAD", "/__page")).text).toBe("");
  });
});

describe("what is no good request", () => {
  it.each([
    ["no HTTP at all", "HELLO\r\n\r\n", 400],
    ["TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400],
    ["headers without end", `GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx: ${"y".repeat(40_000)}\r\n\r\n`, 431],
    ["no host", "GET / HTTP/1.1\r\n\r\n", 400],
    ["two lengths", "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabc", 400],
    [
      "a length and chunks",
      "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n",
      400,
    ],
  ])("gets its status where it is %s, and the server goes on", async (_name, bytes, status) => {
    expect(await raw(bytes)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(await limitNow()).toBe(10);
  });

  it.each([
    ["a compressed body", { "content-encoding": "gzip" }, "\x1f\x8b", 415],
    ["a body that is too large", {}, "x".repeat(10_001), 413],
    ["a list", {}, "[1]", 400],
    ["JSON that goes deep", {}, `${"[".repeat(5_000)}${"]".repeat(5_000)}`, 400],
    ["a model called __proto__", {}, '{"model":"__proto__","messages":[{}]}', 404],
    ["a field called __proto__", {}, '{"__proto__":{"model":"x"}}', 400],
    ["bytes that are no text", {}, "\xff\xfe\x00", 400],
  ])("gets its status where it is %s", async (_name, headers, body, status) => {
    expect((await send("POST", "/v1/chat/completions", headers, body)).status).toBe(status);
    expect((await send("POST", "/__control", headers, status === 404 ? "{" : body)).status).not.toBe(200);
    expect(await limitNow()).toBe(10);
  });

  it.each(["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])("gets 405 by %s", async (method) => {
    expect((await send(method, "/v1/chat/completions")).status).toBe(405);
  });
});
