import type { Histogram } from "@opentelemetry/sdk-metrics";
import { describe, expect, it } from "vitest";
import { answer, later, outcomeOf } from "../../flow/server.js";

import { answering, CHAT, chat, ONE_A_SECOND, watched } from "./watched.js";

describe("the metrics", () => {
  it("tell waiting apart from the request itself", async () => {
    const { clock, sluice, told } = watched(ONE_A_SECOND);
    const sent = [1, 2, 3].map(() => sluice.schedule(() => later(clock, 100, answer(200))));
    await clock.runAsync(10_000);
    await Promise.all(sent);
    const collected = await told.collect();
    const [[, waits]] = collected.histograms("sluice.queue.duration") as [[unknown, Histogram]];
    expect(waits).toMatchObject({ count: 3, sum: 0 + 1 + 2, min: 0, max: 2 });
    const [[, tries]] = collected.histograms("sluice.try.duration") as [[unknown, Histogram]];
    expect(tries).toMatchObject({ count: 3, min: 0.1, max: 0.1 });
    const [[attributes, whole]] = collected.histograms("sluice.request.duration") as [[unknown, Histogram]];
    expect(attributes).toEqual({ "sluice.outcome": "accepted" });
    expect(whole.sum).toBeCloseTo(3.3, 9);
  });

  it("tell who waits and who is in flight, at every moment, and nobody after the close", async () => {
    const { clock, sluice, told } = watched(ONE_A_SECOND);
    const ends = [1, 2, 3, 4].map(() =>
      outcomeOf(
        clock,
        sluice.schedule(() => later(clock, 5_000, answer(200))),
      ),
    );
    await clock.runAsync(1_500);
    const during = await told.collect();
    expect(during.rows("sluice.queue.length")).toEqual([[{}, 2]]);
    expect(during.rows("sluice.in_flight")).toEqual([[{}, 2]]);
    await sluice.close({ abort: true });
    await Promise.all(ends);
    const after = await told.collect();
    for (const name of ["sluice.queue.length", "sluice.in_flight"]) expect(after.rows(name)).toEqual([[{}, 0]]);
  });

  it("take back who waits and who is in flight where the telemetry is stopped", async () => {
    const { clock, sluice, stop, told } = watched(ONE_A_SECOND);
    for (let index = 0; index < 3; index++)
      void outcomeOf(
        clock,
        sluice.schedule(() => new Promise(() => {})),
      );
    await clock.runAsync(500);
    stop();
    const after = await told.collect();
    expect(after.metrics.map(({ descriptor }) => descriptor.name)).not.toContain("sluice.rate");
    for (const name of ["sluice.queue.length", "sluice.in_flight"]) expect(after.rows(name)).toEqual([[{}, 0]]);
    await sluice.close({ abort: true });
  });

  it("tell what each budget allows, what the server advertises and what is left", async () => {
    const { clock, sluice, told } = watched({ control: { rateInitial: 5 } });
    const headers = {
      "anthropic-ratelimit-requests-limit": "600",
      "anthropic-ratelimit-requests-remaining": "599",
      "anthropic-ratelimit-input-tokens-limit": "60000",
      "anthropic-ratelimit-input-tokens-remaining": "59000",
    };
    const sent = sluice.schedule(async () => answer(200, headers), { cost: { inputTokens: 1_000 } });
    await clock.runAsync(0);
    await sent;
    const collected = await told.collect();
    const requests = { "sluice.dimension": "requests" };
    const tokens = { "sluice.dimension": "inputTokens" };
    expect(collected.rows("sluice.rate.limit")).toEqual([
      [requests, 10],
      [tokens, 1_000],
    ]);
    expect(collected.rows("sluice.quota.remaining")).toEqual([
      [requests, 599],
      [tokens, 59_000],
    ]);
    const now = new Map(sluice.budgets().map(({ dimension, ratePerSecond }) => [dimension, ratePerSecond]));
    for (const [{ "sluice.dimension": dimension }, rate] of collected.rows("sluice.rate")) {
      expect(rate).toBeCloseTo(now.get(String(dimension)) ?? Number.NaN, 6);
    }
    expect(collected.rows("sluice.rate").length).toBeGreaterThan(0);
  });

  it("tell the rate that the user's cap leaves, and the control's again when it is gone", async () => {
    const { clock, sluice, told } = watched({ control: { rateInitial: 100, burst: 1 } });
    const rate = async () => (await told.collect()).rows("sluice.rate")[0]?.[1];
    const use = async (times: number) => {
      const sent = Array.from({ length: times }, () => sluice.schedule(async () => answer(200)));
      await clock.runAsync(clock.now() + 1_000);
      await Promise.all(sent);
    };
    await use(5);
    const before = await rate();
    expect(before).toBeGreaterThanOrEqual(100);
    sluice.cap("default", 7);
    await use(5);
    expect(await rate()).toBe(7);
    sluice.cap("default", undefined);
    await use(5);
    expect(await rate()).toBeGreaterThanOrEqual(100);
  });

  it("count refusals, retries and decisions, with their reasons", async () => {
    const { clock, sluice, told } = watched({ control: { rateInitial: 10 } });
    const decided = new Map<string, number>();
    sluice.event$.subscribe((event) => {
      if (event.type !== "decision") return;
      const name = `${event.decision.move} ${event.decision.because}`;
      decided.set(name, (decided.get(name) ?? 0) + 1);
    });
    const results = [answer(200), answer(429), answer(503), answer(500), answer(200), answer(200)];
    const sent = [1, 2, 3].map(() => sluice.schedule(async () => results.shift() ?? answer(200)));
    await clock.runAsync(60_000);
    await Promise.all(sent);
    const collected = await told.collect();
    const byOutcome = (...names: string[]) => names.map((name) => [{ "sluice.outcome": name }, 1]);
    expect(collected.rows("sluice.throttled")).toEqual(byOutcome("throttled", "overloaded"));
    expect(collected.rows("sluice.retries")).toEqual(byOutcome("throttled", "overloaded", "failed"));
    const rows = collected.rows("sluice.decisions");
    expect(
      new Map(rows.map(([{ "sluice.move": move, "sluice.because": because }, count]) => [`${move} ${because}`, count])),
    ).toEqual(decided);
    expect([...decided.keys()].some((name) => name.startsWith("decrease"))).toBe(true);
  });

  it("have the names, the attributes and the buckets of the conventions, through fetch", async () => {
    const body = { usage: { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 } };
    const { clock, sluice, told } = watched({
      control: { rateInitial: 100 },
      fetch: answering(
        () => clock,
        () => new Response("{}", { status: 429 }),
        () => Response.json(body),
      ),
    });
    const sent = sluice.fetch(CHAT, chat()).then((response) => response.json());
    await clock.runAsync(60_000);
    await sent;
    const collected = await told.collect();
    const server = { "server.address": "api.together.xyz", "server.port": 443 };
    const http = { ...server, "http.request.method": "POST", "url.scheme": "https" };
    const duration = collected.of("http.client.request.duration");
    expect(duration.descriptor).toMatchObject({
      unit: "s",
      advice: { explicitBucketBoundaries: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] },
    });
    expect(
      collected.histograms(duration.descriptor.name).map(([attributes, { count, sum }]) => [attributes, count, sum]),
    ).toEqual([
      [{ ...http, "http.response.status_code": 429, "error.type": "429" }, 1, expect.closeTo(0.1, 9)],
      [{ ...http, "http.response.status_code": 200 }, 1, expect.closeTo(0.1, 9)],
    ]);
    expect(collected.rows("http.client.active_requests")).toEqual([[http, 0]]);
    const operation = {
      ...server,
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "together",
      "gen_ai.request.model": "llama-3",
    };
    const [[attributes, took]] = collected.histograms("gen_ai.client.operation.duration") as [[unknown, Histogram]];
    expect(attributes).toEqual(operation);
    expect(took).toMatchObject({ count: 1, sum: expect.closeTo(0.2, 9) }); // both tries, without the wait between them
    expect(took.buckets.boundaries).toHaveLength(14);
    const tokens = collected.histograms("gen_ai.client.token.usage");
    expect(tokens.map(([row, { sum }]) => [row, sum])).toEqual([
      [{ ...operation, "gen_ai.token.type": "input" }, 11],
      [{ ...operation, "gen_ai.token.type": "output" }, 5],
    ]);
    expect(collected.rows("sluice.spent")).toEqual([
      [{ "sluice.dimension": "inputTokens" }, 11],
      [{ "sluice.dimension": "outputTokens" }, 5],
      [{ "sluice.dimension": "tokens" }, 16],
    ]);
  });

  it("name an error where there was no response", async () => {
    const lost = new TypeError("fetch failed", { cause: Object.assign(new Error("x"), { code: "ECONNRESET" }) });
    const { clock, sluice, told } = watched({
      control: { rateInitial: 100 },
      retry: { attemptsMax: 1 },
      fetch: () => Promise.reject(lost),
    });
    const end = outcomeOf(clock, sluice.fetch(CHAT, chat()));
    await clock.runAsync(1_000);
    await end;
    const collected = await told.collect();
    for (const name of ["http.client.request.duration", "gen_ai.client.operation.duration", "sluice.try.duration"]) {
      expect(collected.rows(name)).toEqual([
        [expect.objectContaining({ "error.type": "ECONNRESET" }), expect.anything()],
      ]);
    }
  });

  it("tell so many keys, models and servers apart, and call the rest by one name", async () => {
    const { clock, sluice, told } = watched(
      { control: { rateInitial: 100 }, fetch: async () => Response.json({}) },
      { keysMax: 3 },
    );
    for (let index = 0; index < 10; index++) {
      const sent = sluice.fetch(`https://host-${index}.example/v1/chat/completions`, chat(`model-${index}`));
      await clock.runAsync(clock.now() + 1_000);
      await (await sent).text();
    }
    const collected = await told.collect();
    for (const { descriptor, dataPoints } of collected.metrics) {
      expect(dataPoints.length, descriptor.name).toBeLessThanOrEqual(descriptor.name === "sluice.decisions" ? 20 : 4);
    }
    const keys = collected.of("sluice.request.duration").dataPoints.map(({ attributes }) => attributes["sluice.key"]);
    expect(keys).toEqual([
      "https://host-0.example||model-0",
      "https://host-1.example||model-1",
      "https://host-2.example||model-2",
      "_OTHER",
    ]);
    const models = collected.of("gen_ai.client.operation.duration").dataPoints;
    expect(models.map(({ attributes }) => attributes["gen_ai.request.model"])).toEqual([
      "model-0",
      "model-1",
      "model-2",
      "_OTHER",
    ]);
    // Rates of many keys under one name would be nobody's.
    expect(collected.of("sluice.rate").dataPoints).toHaveLength(3);
  });

  it("forget how a key stood when it has long been idle", async () => {
    const { clock, sluice, told } = watched({ control: { rateInitial: 100 } });
    const use = async (key: string) => {
      const sent = sluice.schedule(async () => answer(200), { key });
      await clock.runAsync(clock.now() + 1);
      await sent;
    };
    await use("old");
    await clock.runAsync(2 * 3_600_000);
    await use("new");
    const { dataPoints } = (await told.collect()).of("sluice.rate");
    expect(dataPoints.map(({ attributes }) => attributes["sluice.key"])).toEqual(["new"]);
  });
});
