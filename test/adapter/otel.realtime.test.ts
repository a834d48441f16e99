import type { Histogram } from "@opentelemetry/sdk-metrics";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RunningServer, startServer } from "../../simulations/index.js";
import { instrument } from "../../src/adapter/otel.js";
import { createSluice, type Sluice, type SluiceOptions } from "../../src/index.js";
import { durationMs, memory, startMs } from "./otel/memory.js";

const MODEL = "meta-llama/Llama-3.3-70B-Instruct-Turbo";
const ask = { model: MODEL, max_tokens: 8, messages: [{ role: "user" as const, content: "hello" }] };

let server: RunningServer;
let sluice: Sluice;
let told: ReturnType<typeof memory>;

beforeEach(async () => {
  told = memory();
  server = await startServer({
    headers: "none",
    limit: { kind: "policer", requestsPerSecond: 20, depthMs: 1_000 },
    latency: { firstByteMs: 20 },
  });
});
afterEach(async () => {
  await sluice.close({ abort: true });
  await server.close();
});

function open(options: SluiceOptions = {}): OpenAI {
  sluice = createSluice({ provider: "together", ...options });
  instrument(sluice, { tracer: told.tracer, meter: told.meter });
  return new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "sk-secret-of-mine", ...sluice.sdkOptions() });
}

/** The spans of each request: its own first. */
function byRequest(): readonly (readonly ReadableSpan[])[] {
  const spans = told.spans();
  return spans
    .filter(({ parentSpanContext }) => parentSpanContext === undefined)
    .map((root) => [root, ...spans.filter(({ parentSpanContext: p }) => p?.spanId === root.spanContext().spanId)]);
}

const endMs = (span: ReadableSpan) => startMs(span) + durationMs(span);
const names = (spans: readonly ReadableSpan[]) => spans.map(({ name }) => name.split(" ")[0]);

describe("an SDK through sluice.fetch, as OpenTelemetry hears of it", () => {
  it("has a span for each answer, with its tries inside, one after the other", async () => {
    const client = open({ control: { rateInitial: 60, burst: 30 } });
    const answers = await Promise.all(Array.from({ length: 60 }, () => client.chat.completions.create(ask)));
    await sluice.close();
    expect(told.openSpans()).toBe(0);
    const requests = byRequest();
    expect(requests).toHaveLength(60);
    const { accepted = 0, throttled = 0 } = server.state().lanes[0] ?? {};
    expect(throttled).toBeGreaterThan(0); // too fast at first: that is the point here
    const tries = requests.flatMap(([, ...inside]) => inside.filter(({ name }) => name === "POST"));
    expect(tries).toHaveLength(accepted + throttled);
    expect(tries.filter(({ attributes }) => attributes["http.response.status_code"] === 429)).toHaveLength(throttled);
    const resent = tries.map(({ attributes }) => Number(attributes["http.request.resend_count"] ?? 0));
    expect(resent.filter((count) => count > 0)).toHaveLength(throttled);
    for (const [root, ...inside] of requests) {
      expect(root?.attributes).toMatchObject({ "gen_ai.request.model": MODEL, "sluice.outcome": "accepted" });
      for (const [index, span] of inside.entries()) {
        expect(startMs(span)).toBeGreaterThanOrEqual(startMs(root as ReadableSpan) - 0.01);
        expect(endMs(span)).toBeLessThanOrEqual(endMs(root as ReadableSpan) + 0.01);
        const before = inside[index - 1];
        if (before !== undefined) expect(startMs(span)).toBeGreaterThanOrEqual(endMs(before) - 0.01);
      }
    }
    const collected = await told.collect();
    const usage = collected
      .histograms("gen_ai.client.token.usage")
      .map(([row, { sum }]) => [row["gen_ai.token.type"], sum]);
    const used = answers.map((each) => each.usage ?? { prompt_tokens: 0, completion_tokens: 0 });
    expect(Object.fromEntries(usage)).toEqual({
      input: used.reduce((sum, { prompt_tokens }) => sum + prompt_tokens, 0),
      output: used.reduce((sum, { completion_tokens }) => sum + completion_tokens, 0),
    });
    const refused = collected.rows("sluice.throttled").find(([row]) => row["sluice.outcome"] === "throttled");
    expect(refused?.[1]).toBe(throttled);
    // What is waited is apart from what the server takes.
    const sums = (name: string) => collected.histograms(name).reduce((sum, [, { sum: each = 0 }]) => sum + each, 0);
    const whole = sums("sluice.request.duration");
    expect(sums("sluice.queue.duration") + sums("gen_ai.client.operation.duration")).toBeCloseTo(whole, 3);
    expect(JSON.stringify(collected.metrics)).not.toContain("secret");
    expect(JSON.stringify(told.spans().map(({ name, attributes }) => [name, attributes]))).not.toContain("secret");
  });

  it("has a span as long as the stream, whose try ends at its first bytes", async () => {
    const client = open();
    let tokens = 0;
    for await (const chunk of await client.chat.completions.create({ ...ask, max_tokens: 40, stream: true })) {
      tokens = chunk.usage?.completion_tokens ?? tokens;
      if ((await told.collect()).rows("http.client.active_requests")[0]?.[1] !== 1) break;
    }
    await sluice.close();
    const [[request, http] = []] = byRequest();
    expect(request?.attributes["gen_ai.usage.output_tokens"]).toBe(tokens);
    expect(tokens).toBeGreaterThan(0);
    expect(http && request && durationMs(request) > 2 * durationMs(http)).toBe(true);
    expect((await told.collect()).rows("http.client.active_requests")[0]?.[1]).toBe(0);
  });

  it("has a span that ends with the abort of a stream, a deadline in the queue, and a hard close", async () => {
    const client = open({ control: { rateInitial: 1, rateMax: 1, burst: 1 } });
    const controller = new AbortController();
    const stream = await client.chat.completions.create(
      { ...ask, max_tokens: 2_000, stream: true },
      { signal: controller.signal },
    );
    const late = sluice
      .with({ waitMaxMs: 20 }, () => client.chat.completions.create(ask))
      .catch((error: unknown) => error);
    for await (const _ of stream) {
      controller.abort();
      break;
    }
    await late;
    const waiting = client.chat.completions.create(ask).catch((error: unknown) => error);
    await new Promise(setImmediate);
    await sluice.close({ abort: true });
    await waiting;
    expect(told.openSpans()).toBe(0);
    const [aborted, refused, closed] = byRequest();
    expect(names(aborted ?? [])).toEqual(["chat", "POST"]);
    expect(aborted?.[1]?.attributes).toMatchObject({ "http.response.status_code": 200 });
    expect(names(refused ?? [])).toEqual(["chat", "sluice"]);
    expect(refused?.[0]?.attributes).toMatchObject({ "error.type": "ERR_SLUICE_WAIT", "sluice.attempts": 0 });
    expect(closed?.[0]?.attributes).toMatchObject({ "error.type": "ERR_SLUICE_CLOSED" });
  });

  it("names the connection that was lost", async () => {
    const client = open({ retry: { attemptsMax: 1 } });
    await server.close();
    await client.chat.completions.create(ask).catch(() => {});
    await sluice.close();
    const [[request, http] = []] = byRequest();
    for (const span of [request, http]) expect(span?.attributes["error.type"]).toBe("ECONNREFUSED");
    const [[row, { count }] = [{}, {} as Histogram]] = (await told.collect()).histograms(
      "http.client.request.duration",
    );
    expect([row["error.type"], count]).toEqual(["ECONNREFUSED", 1]);
    server = await startServer();
  });
});
