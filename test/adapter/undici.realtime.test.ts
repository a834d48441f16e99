import { execFile } from "node:child_process";
import { getEventListeners } from "node:events";
import { cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { Agent, type Dispatcher, getGlobalDispatcher, setGlobalDispatcher } from "undici";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { observe, sluiceInterceptor } from "../../src/adapter/undici.js";
import { createSluice, type SluiceEvent, type SluiceOptions } from "../../src/index.js";
import { ROOT } from "../tidy/sources.js";

const usage = { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 };
const body = JSON.stringify({ model: "m", messages: [] });

let origin = "";
let handler: (request: IncomingMessage, response: ServerResponse) => void = () => {};
const server = createServer((request, response) => {
  request.resume();
  request.on("end", () => handler(request, response));
  request.on("error", () => {});
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
afterEach(() => vi.unstubAllGlobals());

function open(options: SluiceOptions = {}) {
  const sluice = createSluice({ control: { rateInitial: 1e6, burst: 1_000 }, ...options });
  const events: SluiceEvent[] = [];
  sluice.event$.subscribe((event) => events.push(event));
  const agent = new Agent();
  const dispatcher = agent.compose(sluiceInterceptor(sluice));
  const post = (more: Partial<Dispatcher.RequestOptions> = {}) =>
    dispatcher.request({ origin, path: "/v1/chat/completions", method: "POST", body, ...more });
  return { sluice, events, agent, dispatcher, post };
}

const answer = (response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}) =>
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));

const settled = (events: readonly SluiceEvent[]) =>
  vi.waitFor(() => {
    const event = events.find(({ type }) => type === "settled");
    expect(event).toBeDefined();
    return event;
  });

/** The script that the matrix runs with every undici and Node, with those of this machine. */
describe("what must hold with any undici", { timeout: 180_000 }, () => {
  interface Line {
    readonly check: string;
    readonly ok: boolean;
    readonly detail: string;
  }

  it("holds with the one that is installed here", async () => {
    const home = await mkdtemp(join(tmpdir(), "sluice-undici-"));
    try {
      await mkdir(join(home, "node_modules"));
      await symlink(ROOT, join(home, "node_modules", "sluice"));
      await symlink(join(ROOT, "node_modules", "undici"), join(home, "node_modules", "undici"));
      for (const folder of ["kit", "runner", "undici"]) {
        await cp(join(ROOT, "test/matrix", folder), join(home, folder), { recursive: true });
      }
      const printed = await new Promise<string>((resolve) => {
        execFile(process.execPath, ["undici/main.mjs"], { cwd: home }, (_error, stdout, stderr) =>
          resolve(stdout + stderr),
        );
      });
      const lines = printed
        .split("\n")
        .filter((line) => line.startsWith("{"))
        .map((line) => JSON.parse(line) as Line);
      expect(lines.filter(({ ok }) => !ok)).toEqual([]);
      expect(lines.length, printed).toBeGreaterThan(20);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });
});

describe("the doors", () => {
  it("are shut where there is nothing to stand in front of", () => {
    const { sluice } = open();
    expect(() => sluiceInterceptor({ ...sluice })).toThrow(/sluice must be what createSluice\(\)/);
    expect(() => observe(undefined as never)).toThrow(/sluice must be what createSluice\(\)/);
    vi.stubGlobal("Bun", {});
    expect(() => sluiceInterceptor(sluice)).toThrow(/use sluice\.fetch instead/);
    expect(() => observe(sluice)).toThrow(/use sluice\.fetch instead/);
    vi.unstubAllGlobals();
    vi.stubGlobal("process", { ...process, getBuiltinModule: undefined });
    expect(() => observe(sluice)).toThrow(/diagnostics channels/);
  });
});

describe("an answer", () => {
  it("that is packed settles with its usage, and reaches the caller packed", async () => {
    const { events, post } = open();
    const packed = gzipSync(JSON.stringify({ usage }));
    handler = (_request, response) =>
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(packed);
    const response = await post();
    expect(Buffer.from(await response.body.arrayBuffer())).toEqual(packed);
    expect(await settled(events)).toMatchObject({ actual: { inputTokens: 11, outputTokens: 5 } });
  });

  it("that fails in its stream teaches, and isn't sent again", async () => {
    const { events, post } = open();
    handler = (_request, response) =>
      response
        .writeHead(200, { "content-type": "text/event-stream" })
        .end('event: error\ndata: {"error":{"type":"overloaded_error","message":"Overloaded"}}\n\n');
    await (await post()).body.text();
    expect(await settled(events)).toMatchObject({ outcome: "overloaded", attempts: 1 });
  });

  it("that fails in its stream holds no slot, though the server goes on and nobody reads to the end", async () => {
    const event = 'event: error\ndata: {"error":{"type":"overloaded_error","message":"Overloaded"}}\n\n';
    for (const packed of [false, true]) {
      const { sluice, events, post } = open({ concurrencyMax: 1 });
      handler = (_request, response) => {
        const encoding = packed ? { "content-encoding": "gzip" } : {};
        response.writeHead(200, { "content-type": "text/event-stream", ...encoding });
        if (packed) response.end(gzipSync(event));
        else response.write(event);
      };
      const response = await post();
      for await (const _chunk of response.body) break;
      expect(await settled(events)).toMatchObject({ outcome: "overloaded" });
      expect(sluice.budgets().map(({ inFlight }) => inFlight)).toEqual([0]);
    }
  });

  it("that is a 404 has its models asked for, through Node's own fetch too", async () => {
    const { events, dispatcher } = open();
    handler = ({ method }, response) => answer(response, method === "GET" ? 200 : 404, { data: [{ id: "mm" }] });
    const before = getGlobalDispatcher();
    setGlobalDispatcher(dispatcher);
    try {
      const response = await fetch(`${origin}/v1/chat/completions`, { method: "POST", body });
      expect(response.status).toBe(404);
      const advice = await vi.waitFor(() => events.find((event) => event.type === "advice") ?? Promise.reject());
      expect(advice).toMatchObject({ code: "model-unknown", message: expect.stringContaining("no model m;") });
    } finally {
      setGlobalDispatcher(before);
    }
  });

  it("is asked of another model where the first is overloaded, through Node's own fetch too", async () => {
    const asked: string[] = [];
    const { events, dispatcher } = open({ fallback: { m: ["another"] } });
    handler = (request, response) => {
      asked.push(String(request.headers["content-length"]));
      answer(response, asked.length === 1 ? 503 : 200, { usage });
    };
    const before = getGlobalDispatcher();
    setGlobalDispatcher(dispatcher);
    try {
      const long = JSON.stringify({ model: "m", messages: ["x".repeat(99)] });
      const response = await fetch(origin, { method: "POST", body: long });
      expect([response.status, asked]).toEqual([
        200,
        [String(long.length), String(long.length + "another".length - 1)],
      ]);
      await response.text();
      await vi.waitFor(() => {
        const outcomes = events.flatMap((each) => (each.type === "settled" ? [`${each.key} ${each.outcome}`] : []));
        expect(outcomes).toEqual([`${origin}||m overloaded`, `${origin}||another accepted`]);
      });
    } finally {
      setGlobalDispatcher(before);
    }
  });

  it("that is a long refusal comes whole to its reader, beyond what is looked at", async () => {
    const { post } = open({ retry: { attemptsMax: 1 } });
    const long = "x".repeat(300_000);
    handler = (_request, response) => answer(response, 429, { long });
    const response = await post();
    expect(await response.body.json()).toEqual({ long });
  });

  it("that is a refusal is thrown where that is asked for", async () => {
    const { post } = open({ retry: { attemptsMax: 1 }, onReject: "throw" });
    handler = (_request, response) => answer(response, 429, { error: { message: "no" } });
    await expect(post()).rejects.toMatchObject({ code: "ERR_SLUICE_RETRIES", status: 429 });
  });

  it("isn't waited for where the user's own key or cost is none", async () => {
    const bad = [{ key: () => "" }, { cost: () => ({ tokens: Number.NaN }) }];
    for (const options of bad) {
      await expect(open(options).post()).rejects.toMatchObject({ code: "ERR_SLUICE_OPTION" });
    }
  });
});

describe("two gates", () => {
  it("of fetch, one over the other: the outer governs, and each says so once", async () => {
    handler = (_request, response) => answer(response, 200, {});
    const inner = open();
    const outer = open({ fetch: inner.sluice.fetch });
    for (let index = 0; index < 2; index += 1) await (await outer.sluice.fetch(origin)).text();
    const told = ({ events }: ReturnType<typeof open>, type: SluiceEvent["type"]) =>
      events.filter((event) => event.type === type);
    expect([told(outer, "sent"), told(inner, "sent")].map(({ length }) => length)).toEqual([2, 0]);
    for (const each of [outer, inner]) expect(told(each, "warning")).toMatchObject([{ code: "stacked" }]);
  });

  it("are none where our fetch stands in the place of the platform's", async () => {
    handler = (_request, response) => answer(response, 200, { a: 1 });
    const { sluice, events } = open();
    vi.stubGlobal("fetch", sluice.fetch);
    expect(await (await fetch(origin)).json()).toEqual({ a: 1 });
    expect(events.filter(({ type }) => type === "sent")).toHaveLength(1);
    expect(events.filter(({ type }) => type === "warning")).toEqual([]);
  });
});

it("leaves nothing behind after 20,000 requests: no timer, no listener, no heap", { timeout: 180_000 }, async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  handler = (_request, response) => answer(response, 200, { usage });
  const sluice = createSluice({ control: { rateInitial: 1e6, burst: 1_000 } });
  const agent = new Agent();
  const dispatcher = agent.compose(sluiceInterceptor(sluice));
  const { signal } = new AbortController();
  const send = async (requests: number) => {
    let left = requests;
    const worker = async () => {
      while (left-- > 0) {
        const { body: read } = await dispatcher.request({ origin, path: "/", method: "POST", body, signal });
        await read.json();
      }
    };
    await Promise.all(Array.from({ length: 32 }, worker));
    collect();
    return process.memoryUsage().heapUsed;
  };
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const timersBefore = timers();
  const before = await send(5_000);
  const after = await send(20_000);
  // A hundred bytes kept of each would be 2 MB.
  expect(after - before).toBeLessThan(2_000_000);
  await vi.waitFor(() => expect(getEventListeners(signal, "abort")).toEqual([]));
  expect(sluice.budgets().every(({ inFlight, queued }) => inFlight === 0 && queued === 0)).toBe(true);
  await sluice.close();
  await agent.close();
  await vi.waitFor(() => expect(timers()).toBeLessThanOrEqual(timersBefore));
});
