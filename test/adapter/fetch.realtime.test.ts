import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { fetch as undiciFetch } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Ambient } from "../../src/adapter/context.js";
import { createFetch } from "../../src/adapter/fetch.js";
import { completeOptions } from "../../src/complete.js";
import { SluiceError } from "../../src/errors.js";
import type { SluiceOptions } from "../../src/options.js";
import { ScriptedSubmitter } from "./submitter.js";

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

let origin = "";
let handler: Handler = () => {};
const seen: { body: string; headers: IncomingMessage["headers"] }[] = [];

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks).toString();
    seen.push({ body, headers: request.headers });
    handler(request, response, body);
  });
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

function setUp(options: SluiceOptions = {}, attemptsMax = 3) {
  seen.length = 0;
  const submitter = new ScriptedSubmitter();
  submitter.attemptsMax = attemptsMax;
  const fetch = createFetch({ submitter, options: completeOptions(options), ambient: new Ambient() });
  return { submitter, fetch };
}

const json = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) =>
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));

const post = (body: unknown, more: RequestInit = {}): RequestInit => ({
  method: "POST",
  headers: { authorization: "Bearer sk-very-secret", "content-type": "application/json" },
  body: typeof body === "string" ? body : JSON.stringify(body),
  ...more,
});

const usage = { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 };
const throttledOnce: Handler = (request, response, body) =>
  seen.length === 1
    ? json(response, 429, { error: "slow down" })
    : json(response, 200, { got: body, url: request.url });

const undici = undiciFetch as unknown as typeof globalThis.fetch;
describe.each([
  ["the platform's fetch", {}],
  ["undici's fetch", { fetch: undici }],
] as const)("over %s", (_name, options: SluiceOptions) => {
  test("a plain request comes through whole, and settles with its usage", async () => {
    const { submitter, fetch } = setUp(options);
    handler = (_request, response) => json(response, 200, { text: "hi", usage });
    const response = await fetch(`${origin}/v1/chat/completions`, post({ model: "m", messages: [] }));
    expect(response.url).toBe(`${origin}/v1/chat/completions`);
    expect(submitter.told[0]).toMatchObject({ responded: { status: 200, host: "127.0.0.1" }, finished: 0 });
    expect(await response.json()).toEqual({ text: "hi", usage });
    expect(submitter.told[0]).toMatchObject({ finished: 1, actual: { inputTokens: 11, outputTokens: 5 } });
  });

  test("its key is origin, fingerprint and model; no secret shows", async () => {
    const { submitter, fetch } = setUp(options);
    handler = (_request, response) => json(response, 200, {});
    for (const model of ["llama", "qwen"]) await (await fetch(`${origin}/v1/x`, post({ model }))).text();
    const [first, second] = submitter.jobs.map(({ key }) => key.split("|"));
    expect(first).toEqual([origin, expect.stringMatching(/^[0-9a-f]{12}$/), "llama"]);
    expect(second).toEqual([origin, first?.[1], "qwen"]);
  });

  test("a streamed answer holds its slot to the end, and settles with the usage of its last event", async () => {
    const { submitter, fetch } = setUp(options);
    let finish = (): void => {};
    handler = (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write('data: {"choices":[{"delta":{"content":"an error? ünïcode"}}]}\n\n');
      finish = () => response.end(`data: {"choices":[],"usage":${JSON.stringify(usage)}}\n\ndata: [DONE]\n\n`);
    };
    const response = await fetch(`${origin}/v1/chat/completions`, post({ model: "m", stream: true }));
    expect(submitter.told[0]).toMatchObject({ responded: { status: 200 }, finished: 0 });
    const reader = response.body?.getReader();
    let text = new TextDecoder().decode((await reader?.read())?.value);
    expect(submitter.inFlight).toBe(1);
    finish();
    for (;;) {
      const next = await reader?.read();
      if (next === undefined || next.done) break;
      text += new TextDecoder().decode(next.value);
    }
    expect(text).toContain("ünïcode");
    expect(text.endsWith("[DONE]\n\n")).toBe(true);
    expect(submitter.told).toMatchObject([{ finished: 1, actual: { inputTokens: 11, outputTokens: 5 } }]);
    expect(submitter.told[0]).not.toHaveProperty("corrected");
  });

  test("an error event inside a 200 teaches, and isn't sent again", async () => {
    const { submitter, fetch } = setUp(options);
    handler = (_request, response) =>
      response
        .writeHead(200, { "content-type": "text/event-stream" })
        .end('data: {"a":1}\n\nevent: error\ndata: {"error":{"type":"overloaded_error","message":"Overloaded"}}\n\n');
    const text = await (await fetch(`${origin}/v1/messages`, post({ model: "m", stream: true }))).text();
    expect(text).toContain("overloaded_error");
    expect(submitter.told).toHaveLength(1);
    expect(submitter.told[0]?.corrected?.status).toBe(200);
    expect(submitter.told[0]?.corrected?.body).toContain("overloaded_error");
  });

  test("a refusal is tried again with the same body and the same Idempotency-Key", async () => {
    const { fetch } = setUp(options);
    handler = throttledOnce;
    const headers = { "idempotency-key": "once", "content-type": "application/json" };
    const response = await fetch(`${origin}/v1/x`, post({ model: "m", text: "ä".repeat(1_000_000) }, { headers }));
    expect(response.status).toBe(200);
    expect(seen).toHaveLength(2);
    expect(seen[1]?.body).toBe(seen[0]?.body);
    expect(seen.map((each) => each.headers["idempotency-key"])).toEqual(["once", "once"]);
  });

  test.each([
    ["bytes", () => new TextEncoder().encode('{"model":"m"}')],
    ["a Blob", () => new Blob(['{"model":"m"}'])],
    ["parameters", () => new URLSearchParams({ model: "m" })],
  ])("%s can be sent again", async (_kind, make) => {
    const { fetch } = setUp(options);
    handler = throttledOnce;
    expect((await fetch(`${origin}/x`, { method: "POST", body: make() as BodyInit })).status).toBe(200);
    expect(seen).toHaveLength(2);
    expect(seen[1]?.body).toBe(seen[0]?.body);
  });

  test("a stream is sent once: the refusal is the answer", async () => {
    const { submitter, fetch } = setUp(options);
    handler = throttledOnce;
    const body = new Blob(["a stream"]).stream();
    const response = await fetch(`${origin}/x`, { method: "POST", body, duplex: "half" } as RequestInit);
    expect(response.status).toBe(429);
    expect(submitter.jobs[0]?.canRepeat).toBe(false);
    expect(seen.map((each) => each.body)).toEqual(["a stream"]);
  });

  test("a last refusal is the Response itself, whole, with one header more; its clone too", async () => {
    const { submitter, fetch } = setUp(options, 2);
    const long = { error: { message: "x".repeat(200_000) } };
    handler = (_request, response) => json(response, 429, long, { "retry-after": "7", "x-kept": "yes" });
    const response = await fetch(`${origin}/busy?a=1`, post({ model: "m" }));
    expect([response.status, response.statusText, response.ok]).toEqual([429, "Too Many Requests", false]);
    expect(response.headers.get("x-should-retry")).toBe("false");
    expect(response.headers.get("x-kept")).toBe("yes");
    const copy = response.clone();
    for (const each of [response, copy]) {
      expect([each.url, each.redirected, each.type]).toEqual(
        [`${origin}/busy?a=1`, false, "basic"].with(2, response.type),
      );
      expect(await each.json()).toEqual(long);
    }
    expect(submitter.told).toMatchObject([{ finished: 1 }, { finished: 1 }]);
    expect(String(submitter.told[0]?.responded?.body)).toContain('{"error":{"message":"xxx');
  });

  test("a redirected answer and its clone say so, and both bodies are whole", async () => {
    const { submitter, fetch } = setUp(options);
    handler = (request, response) =>
      request.url === "/old" ? response.writeHead(302, { location: "/new" }).end() : json(response, 200, { usage });
    const response = await fetch(`${origin}/old`);
    const copy = response.clone();
    for (const each of [response, copy]) {
      expect([each.url, each.redirected, each.status]).toEqual([`${origin}/new`, true, 200]);
      expect(await each.json()).toEqual({ usage });
    }
    expect(submitter.told).toMatchObject([{ finished: 1 }]);
  });

  test("a server that closes in mid-body: what came is there, then the error, and the slot is back", async () => {
    const { submitter, fetch } = setUp(options);
    handler = (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: 1\n\n");
      setTimeout(() => response.destroy(), 20);
    };
    const response = await fetch(`${origin}/x`, post({ model: "m" }));
    const reader = response.body?.getReader();
    expect((await reader?.read())?.done).toBe(false);
    await expect(reader?.read()).rejects.toThrow();
    expect(submitter.told).toMatchObject([{ finished: 1, responded: { status: 200 } }]);
  });

  test("a connection that is lost before an answer is tried again; so is garbage instead of one", async () => {
    const { submitter, fetch } = setUp(options);
    handler = (request, response) => {
      if (seen.length === 1) request.socket.destroy();
      else if (seen.length === 2) request.socket.end("HTTP/1.1 two hundred\r\n\u0000: \u0001\r\n\r\n");
      else json(response, 200, {});
    };
    expect((await fetch(`${origin}/x`, post({ model: "m" }))).status).toBe(200);
    expect(submitter.told.map(({ failed }) => failed?.isOwn)).toEqual([false, false, undefined]);
  });

  test("an abort in the queue, in flight and in the body rejects with the signal's own reason", async () => {
    const { submitter, fetch } = setUp(options);
    const reason = new Error("changed my mind");

    submitter.holds = true;
    const queued = new AbortController();
    const waiting = fetch(`${origin}/x`, post({ model: "m" }, { signal: queued.signal }));
    while (submitter.jobs.length < 1) await new Promise(setImmediate);
    queued.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(seen).toHaveLength(0);

    submitter.holds = false;
    handler = () => {};
    const flying = new AbortController();
    const flight = fetch(`${origin}/x`, post({ model: "m" }, { signal: flying.signal }));
    while (seen.length < 1) await new Promise(setImmediate);
    flying.abort(reason);
    await expect(flight).rejects.toBe(reason);
    expect(submitter.inFlight).toBe(0);

    handler = (_request, response) => response.writeHead(200).write("half");
    const reading = new AbortController();
    const response = await fetch(`${origin}/x`, post({ model: "m" }, { signal: reading.signal }));
    const text = response.text();
    reading.abort(reason);
    await expect(text).rejects.toBe(reason);
    expect(submitter.inFlight).toBe(0);
  });

  test.each([
    ["half of it is there", (response: ServerResponse) => response.writeHead(200).write("half")],
    ["all of it is there", (response: ServerResponse) => response.end("all")],
  ])(
    "an abort ends a body that nobody has read yet, when %s, and one that is read as a stream",
    async (_when, write) => {
      const { submitter, fetch } = setUp(options);
      const reason = new Error("changed my mind");
      handler = (_request, response) => write(response);
      for (const read of [
        (response: Response) => response.text(),
        async (response: Response) => {
          for await (const _chunk of response.body ?? []) throw new Error("nothing more should come");
        },
      ]) {
        const caller = new AbortController();
        const response = await fetch(`${origin}/x`, post({ model: "m" }, { signal: caller.signal }));
        caller.abort(reason);
        expect(submitter.inFlight).toBe(0);
        await expect(read(response)).rejects.toBe(reason);
      }
      const caller = new AbortController();
      handler = (_request, response) => response.writeHead(200).write("half");
      const response = await fetch(`${origin}/x`, post({ model: "m" }, { signal: caller.signal }));
      const reader = response.body?.getReader();
      await reader?.read();
      const next = reader?.read();
      caller.abort(reason);
      await expect(next).rejects.toBe(reason);
    },
  );

  test("cancelling the body gives the slot back", async () => {
    const { submitter, fetch } = setUp(options);
    handler = (_request, response) => response.writeHead(200).write("for ever");
    const response = await fetch(`${origin}/x`, post({ model: "m" }));
    expect(submitter.inFlight).toBe(1);
    await response.body?.cancel();
    expect(submitter.told).toMatchObject([{ finished: 1 }]);
  });

  test("a server that never answers: the try's time is up, and the request ends", async () => {
    const { submitter, fetch } = setUp(options, 1);
    handler = () => {};
    const promise = fetch(`${origin}/x`, post({ model: "m" }));
    while (seen.length < 1) await new Promise(setImmediate);
    submitter.timeOut();
    await expect(promise).rejects.toMatchObject({ code: "ERR_SLUICE_TIMEOUT" });
    expect(submitter.told).toMatchObject([{ finished: 1 }]);
  });
});

test("a Request with a body is read ahead: its model is known, and it can be sent again", async () => {
  const { submitter, fetch } = setUp();
  handler = throttledOnce;
  const request = new Request(`${origin}/v1/x`, post({ model: "mistral-large" }));
  expect((await fetch(request)).status).toBe(200);
  expect(submitter.jobs[0]?.key).toMatch(/\|mistral-large$/);
  expect(seen.map((each) => each.body)).toEqual(['{"model":"mistral-large"}', '{"model":"mistral-large"}']);
});

test("a Request whose body is a live stream is sent once, and whole", async () => {
  const { submitter, fetch } = setUp();
  handler = throttledOnce;
  const body = new ReadableStream({
    async start(controller) {
      controller.enqueue(new TextEncoder().encode("first "));
      await new Promise((resolve) => setTimeout(resolve, 120));
      controller.enqueue(new TextEncoder().encode("second"));
      controller.close();
    },
  });
  const response = await fetch(new Request(`${origin}/x`, { method: "POST", body, duplex: "half" } as RequestInit));
  expect(response.status).toBe(429);
  expect(submitter.jobs[0]?.canRepeat).toBe(false);
  expect(seen.map((each) => each.body)).toEqual(["first second"]);
});

test("a form is sent again with a boundary that fits", async () => {
  const { submitter, fetch } = setUp();
  handler = throttledOnce;
  const body = new FormData();
  body.set("model", "whisper-1");
  body.set("file", new Blob(["sound"]), "a.wav");
  expect((await fetch(`${origin}/v1/audio/transcriptions`, { method: "POST", body })).status).toBe(200);
  expect(submitter.jobs[0]?.key).toMatch(/\|whisper-1$/);
  for (const { body: sent, headers } of seen) {
    expect(sent).toContain("sound");
    expect(sent).toContain(headers["content-type"]?.split("boundary=")[1]);
  }
});

test("what we refuse ourselves is a 429 that an SDK won't retry, or a 413", async () => {
  const { submitter, fetch } = setUp();
  submitter.refuseAll = new SluiceError("ERR_SLUICE_WAIT", "the local queue is long", { retryAfterMs: 1_200 });
  const late = await fetch(`${origin}/x`);
  expect([late.status, late.url, late.headers.get("x-should-retry"), late.headers.get("retry-after")]).toEqual([
    429,
    `${origin}/x`,
    "false",
    "2",
  ]);
  expect(await late.clone().json()).toEqual({
    error: { message: "the local queue is long", type: "rate_limit_error", code: "ERR_SLUICE_WAIT" },
  });
  submitter.refuseAll = new SluiceError("ERR_SLUICE_TOO_LARGE", "never");
  expect((await fetch(`${origin}/x`)).status).toBe(413);
  submitter.refuseAll = new SluiceError("ERR_SLUICE_CLOSED", "closed");
  await expect(fetch(`${origin}/x`)).rejects.toMatchObject({ code: "ERR_SLUICE_CLOSED" });
});

test('with onReject: "throw" both kinds of refusal reject, with status, headers and body', async () => {
  const { submitter, fetch } = setUp({ onReject: "throw" }, 2);
  handler = (_request, response) => json(response, 429, { error: "no" }, { "x-kept": "yes" });
  const theirs = await fetch(`${origin}/x`).catch((error: unknown) => error);
  expect(theirs).toMatchObject({ code: "ERR_SLUICE_RETRIES", status: 429, body: '{"error":"no"}', attempts: 2 });
  expect((theirs as { headers: Headers }).headers.get("x-kept")).toBe("yes");
  handler = (_request, response) => json(response, 404, {});
  expect((await fetch(`${origin}/x`)).status).toBe(404);
  submitter.refuseAll = new SluiceError("ERR_SLUICE_DEADLINE", "late");
  await expect(fetch(`${origin}/x`)).rejects.toMatchObject({
    code: "ERR_SLUICE_DEADLINE",
    status: 429,
    body: { error: { code: "ERR_SLUICE_DEADLINE" } },
  });
});

test("a response that is forgotten unread gives its slot back when it is collected", async () => {
  const { submitter, fetch } = setUp();
  handler = (_request, response) => response.writeHead(200).write("half");
  await (async () => {
    expect((await fetch(`${origin}/x`)).status).toBe(200);
  })();
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let round = 0; round < 50 && submitter.inFlight > 0; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    collect();
  }
  expect(submitter.told).toMatchObject([{ finished: 1 }]);
});

test("a reader that brings its own buffer is served", async () => {
  const { submitter, fetch } = setUp();
  handler = (_request, response) => response.end("bytes");
  const reader = (await fetch(`${origin}/x`)).body?.getReader({ mode: "byob" });
  const first = await reader?.read(new Uint8Array(16));
  expect(new TextDecoder().decode(first?.value)).toBe("bytes");
  expect((await reader?.read(new Uint8Array(16)))?.done).toBe(true);
  expect(submitter.told).toMatchObject([{ finished: 1 }]);
});

test("what fetch itself can't take fails in its own words, and waits for nothing", async () => {
  const { submitter, fetch } = setUp();
  await expect(fetch("not a url")).rejects.toThrow(TypeError);
  expect(submitter.jobs).toEqual([]);
  await expect(fetch(`${origin}/x`, { headers: { "bad header": "x" } })).rejects.toThrow(TypeError);
  expect(submitter.told).toMatchObject([{ failed: { isOwn: true }, finished: 1 }]);
});

test("the user's key and cost win over what was found", async () => {
  const { submitter, fetch } = setUp({
    key: ({ model, url }) => `${model}@${new URL(url).pathname}`,
    cost: ({ text }) => ({ tokens: text?.length ?? 0 }),
  });
  handler = (_request, response) => json(response, 200, {});
  await fetch(`${origin}/v1/x`, post('{"model":"m"}'));
  expect(submitter.jobs[0]).toMatchObject({ key: "m@/v1/x", cost: { tokens: 13 } });
});
