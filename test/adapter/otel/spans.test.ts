import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { AlwaysOffSampler, BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { describe, expect, it } from "vitest";
import { answer, later, outcomeOf } from "../../flow/server.js";
import { startMs, treeOf } from "./memory.js";

import { answering, CHAT, chat, ONE_A_SECOND, queued, watched } from "./watched.js";

describe("the spans", () => {
  it("are one a request with its waits and tries inside, as long as each really was", async () => {
    const { clock, sluice, told } = watched({ control: { rateInitial: 1, rateMax: 1, burst: 1 } });
    const results = [answer(200), answer(429, { "retry-after": "5" }), answer(200)];
    const task = ({ number }: { number: number }) => later(clock, 100 * number, results.shift());
    void sluice.schedule(task, { key: "m" });
    void sluice.schedule(task, { key: "m" });
    await clock.runAsync(60_000);
    await sluice.close();
    const spans = told.spans();
    const waitedMs = 5_000;
    const [first, second] = treeOf(spans) as [unknown, [string, string[]]];
    expect(first).toEqual(["sluice request 100", ["sluice try 100"]]);
    expect(second[1].map((each) => each.replace(/ [\d.]+$/, ""))).toEqual([
      ...["sluice wait", "sluice try", "sluice wait", "sluice try"],
    ]);
    const [wait, , again, last] = second[1].map((each) => Number(each.split(" ").at(-1)));
    expect(wait).toBe(1_000);
    expect(again).toBeGreaterThanOrEqual(waitedMs);
    expect(last).toBe(200);
    expect(Number(second[0].split(" ").at(-1))).toBeCloseTo(1_000 + 100 + (again ?? 0) + 200, 6);
    expect(spans[0] && startMs(spans[0])).toBe(clock.wallNow() - clock.now());
    expect(told.openSpans()).toBe(0);
  });

  it("say what became of each try and of the request", async () => {
    const { clock, sluice, told } = watched(ONE_A_SECOND);
    const results = [answer(503, { "retry-after": "2" }), answer(400)];
    void sluice.schedule(async () => results.shift(), { key: "m" });
    await clock.runAsync(60_000);
    await sluice.close();
    const [request, refused, wait, failed] = told.spans();
    expect(request).toMatchObject({
      kind: SpanKind.INTERNAL,
      status: { code: SpanStatusCode.ERROR },
      attributes: { "sluice.key": "m", "sluice.attempts": 2, "sluice.outcome": "failed", "error.type": "400" },
    });
    expect(refused).toMatchObject({
      status: { code: SpanStatusCode.ERROR },
      attributes: {
        "http.response.status_code": 503,
        "error.type": "503",
        "sluice.outcome": "overloaded",
        "sluice.retry_after": 2,
        "sluice.rate": 1,
      },
    });
    expect(refused?.attributes).not.toHaveProperty("http.request.resend_count");
    expect(wait?.attributes).toEqual({ "sluice.after": "overloaded" });
    expect(failed?.attributes).toMatchObject({ "http.request.resend_count": 1, "error.type": "400" });
  });

  it("are an AI operation and HTTP requests by their conventions, through fetch", async () => {
    const body = { usage: { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 } };
    const { clock, sluice, told } = watched({
      fetch: answering(
        () => clock,
        () => Response.json(body),
      ),
    });
    const sent = sluice.fetch(CHAT, { ...chat(), headers: { authorization: "Bearer sk-secret" } });
    await queued(sluice); // a new key's fingerprint is made in another thread
    await clock.runAsync(1_000);
    await (await sent).json();
    await sluice.close();
    const [request, http] = told.spans();
    const server = { "server.address": "api.together.xyz", "server.port": 443 };
    expect(request).toMatchObject({
      name: "chat llama-3",
      kind: SpanKind.CLIENT,
      status: { code: SpanStatusCode.UNSET },
    });
    expect(request?.attributes).toEqual({
      ...server,
      "sluice.key": expect.stringMatching(/^https:\/\/api\.together\.xyz\|[0-9a-f]{12}\|llama-3$/),
      "gen_ai.operation.name": "chat",
      "gen_ai.request.model": "llama-3",
      "gen_ai.provider.name": "together",
      "gen_ai.usage.input_tokens": 11,
      "gen_ai.usage.output_tokens": 5,
      "sluice.attempts": 1,
      "sluice.outcome": "accepted",
    });
    expect(http).toMatchObject({ name: "POST", kind: SpanKind.CLIENT });
    expect(http?.attributes).toEqual({
      ...server,
      "http.request.method": "POST",
      "http.response.status_code": 200,
      "url.scheme": "https",
      "sluice.attempt": 1,
      "sluice.outcome": "accepted",
      "sluice.rate": expect.any(Number),
    });
    expect(JSON.stringify(told.spans().map(({ attributes, name }) => [name, attributes]))).not.toContain("secret");
  });

  it("leave HTTP to whoever instruments the fetch underneath, where they are told to", async () => {
    const { clock, sluice, told } = watched(
      {
        fetch: answering(
          () => clock,
          () => Response.json({}),
        ),
      },
      { http: false },
    );
    const sent = sluice.fetch(CHAT, chat());
    await clock.runAsync(1_000);
    await (await sent).text();
    await sluice.close();
    expect(told.spans().map(({ name, kind }) => [name, kind])).toEqual([
      ["chat llama-3", SpanKind.CLIENT],
      ["sluice try", SpanKind.INTERNAL],
    ]);
    const { metrics: all } = await told.collect();
    expect(all.map(({ descriptor }) => descriptor.name).filter((name) => name.startsWith("http"))).toEqual([]);
  });

  it("end, whatever ends a request: in the queue, in flight, or at its call", async () => {
    const { clock, sluice, told } = watched({
      control: { rateInitial: 100, rateMax: 100, burst: 10 },
      queue: { sizeMax: 4 },
    });
    const never = () => new Promise(() => {});
    const inFlight = new AbortController();
    const inQueue = new AbortController();
    const end = (task: () => Promise<unknown>, options = {}) => outcomeOf(clock, sluice.schedule(task, options));
    const ends = [
      end(never, { attemptTimeoutMs: 50, deadlineMs: 60 }),
      end(never, { signal: inFlight.signal }),
      end(() => Promise.reject(new TypeError("a mistake in the task"))),
      end(never),
    ];
    await clock.runAsync(100);
    inFlight.abort();
    sluice.pause();
    ends.push(
      end(never, { signal: inQueue.signal }),
      end(never, { waitMaxMs: 10 }),
      end(never, { deadlineMs: 20 }),
      end(never),
      end(never), // the queue is full
    );
    await clock.runAsync(200);
    inQueue.abort();
    await sluice.close({ abort: true });
    await Promise.all(ends);
    const requests = told.spans().filter(({ name }) => name === "sluice request");
    expect(requests.map(({ attributes, status }) => [attributes["error.type"], status.code])).toEqual(
      [
        ...["ERR_SLUICE_DEADLINE", "aborted", "TypeError", "ERR_SLUICE_CLOSED"],
        ...["aborted", "ERR_SLUICE_WAIT", "ERR_SLUICE_DEADLINE", "ERR_SLUICE_CLOSED", "ERR_SLUICE_QUEUE_FULL"],
      ].map((code) => [code, SpanStatusCode.ERROR]),
    );
    expect(treeOf(told.spans())).toEqual([
      ["sluice request 50", ["sluice try 50"]],
      ["sluice request 100", ["sluice try 100"]],
      ["sluice request 0", ["sluice try 0"]],
      ["sluice request 200", ["sluice try 200"]],
      ["sluice request 100", ["sluice wait 100"]],
      ["sluice request 10", ["sluice wait 10"]],
      ["sluice request 20", ["sluice wait 20"]],
      ["sluice request 100", ["sluice wait 100"]],
      "sluice request 0",
    ]);
    expect(told.openSpans()).toBe(0);
  });

  it("end without an end of their own where the telemetry is stopped, and no more are begun", async () => {
    const { clock, sluice, stop, told } = watched(ONE_A_SECOND);
    const ends = [1, 2].map(() => sluice.schedule(() => later(clock, 500, 1)));
    await clock.runAsync(200);
    stop();
    stop();
    expect(told.openSpans()).toBe(0);
    expect(treeOf(told.spans())).toEqual([["sluice request 200", ["sluice try 200"]], "sluice request 200"]);
    expect(told.spans()[0]?.attributes).not.toHaveProperty("sluice.outcome");
    ends.push(sluice.schedule(async () => 3));
    await clock.runAsync(10_000);
    await Promise.all(ends);
    expect(told.spans()).toHaveLength(3);
  });

  it("hang under the span that was active at the call, in whoever's time the request is sent", async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    try {
      const { clock, sluice, told } = watched({ ...ONE_A_SECOND, fetch: async () => Response.json({}) });
      const callers = ["a", "b", "c"].map((name) => told.tracer.startSpan(name));
      const calls = [
        () => sluice.schedule(async () => 1),
        () => sluice.schedule(async () => 1),
        () => sluice.fetch(CHAT, { ...chat(), headers: { authorization: "Bearer of-news" } }),
      ];
      const all = queued(sluice, calls.length);
      const sent = callers.map((span, index) =>
        context.with(trace.setSpan(ROOT_CONTEXT, span), () => calls[index]?.()),
      );
      await all;
      await clock.runAsync(10_000);
      await Promise.all(sent);
      for (const span of callers) span.end();
      await sluice.close({ abort: true });
      const spans = told.spans();
      for (const [index, caller] of callers.entries()) {
        const { traceId, spanId } = caller.spanContext();
        const own = spans.filter((span) => span.spanContext().traceId === traceId && span.name !== "abc"[index]);
        expect(own.length).toBeGreaterThanOrEqual(2);
        expect(own.filter((span) => span.parentSpanContext?.spanId === spanId)).toHaveLength(1);
      }
    } finally {
      context.disable();
    }
  });

  it("aren't made where nobody samples the request", async () => {
    const tracer = new BasicTracerProvider({ sampler: new AlwaysOffSampler() }).getTracer("x");
    let made = 0;
    const counting: Tracer = Object.assign(Object.create(tracer), {
      startSpan: (...args: Parameters<Tracer["startSpan"]>) => {
        made++;
        return tracer.startSpan(...args);
      },
    });
    const { clock, sluice } = watched(ONE_A_SECOND, { tracer: counting });
    const sent = [1, 2].map(() => sluice.schedule(async () => 1));
    await clock.runAsync(10_000);
    await Promise.all(sent);
    expect(made).toBe(2);
  });
});
