import { describe, expect, test } from "vitest";
import { createVirtualClock } from "../../simulations/index.js";
import { Silence } from "../../src/adapter/silence.js";
import { createSluice } from "../../src/index.js";
import type { Signal } from "../../src/signal/signal.js";

const nothing: Signal = { outcome: "accepted", quotas: [] };

describe("Silence", () => {
  test("is kept for a while after an answer that said nothing, for its key alone", () => {
    const silence = new Silence();
    expect(silence.isKept("k", 0)).toBe(false);
    silence.note("k", nothing, 100);
    expect([silence.isKept("k", 119), silence.isKept("k", 120), silence.isKept("other", 101)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test.each<Signal>([
    { outcome: "accepted", quotas: [{ dimension: "requests", remaining: 3 }] },
    { outcome: "accepted", retryAfterMs: 1_000, quotas: [] },
    { outcome: "failed", quotas: [] },
  ])("is broken by %j", (signal) => {
    const silence = new Silence();
    silence.note("k", nothing, 0);
    silence.note("k", signal, 1);
    expect(silence.isKept("k", 2)).toBe(false);
  });

  test("forgets rather than remember any number of keys", () => {
    const silence = new Silence();
    silence.note("first", nothing, 0);
    for (let index = 0; index < 1_000; index += 1) silence.note(`k${index}`, nothing, 0);
    expect([silence.isKept("first", 1), silence.isKept("k999", 1)]).toEqual([false, true]);
  });
});

describe("a governed fetch whose server states no limit", () => {
  const address = "https://api.example.com/v1/chat/completions";
  const limit = { "x-ratelimit-limit-requests": "60", "x-ratelimit-remaining-requests": "59" };

  function setUp() {
    const clock = createVirtualClock();
    const server = { status: 200, headers: {} as Record<string, string> };
    const sluice = createSluice({
      clock,
      control: { rateInitial: 1_000, burst: 1_000 },
      retry: { attemptsMax: 1 },
      fetch: async () => new Response("{}", server),
    });
    const ask = async () => (await sluice.fetch(address)).text();
    const remaining = () => sluice.budgets().find(({ dimension }) => dimension === "requests")?.remaining;
    return { clock, server, ask, remaining };
  }

  test("sees one that appears at the next answer, where answers are 20 ms apart", async () => {
    const { clock, server, ask, remaining } = setUp();
    await ask();
    server.headers = limit;
    clock.run(clock.now() + 20);
    await ask();
    expect(remaining()).toBeCloseTo(59, 0);
  });

  test("sees it within 20 ms, where there are any number of answers", async () => {
    const { clock, server, ask, remaining } = setUp();
    await ask();
    server.headers = limit;
    await ask();
    expect(remaining()).toBeUndefined();
    clock.run(clock.now() + 20);
    await ask();
    expect(remaining()).toBeCloseTo(59, 0);
  });

  test("reads every refusal, however soon it comes", async () => {
    const { server, ask, remaining } = setUp();
    await ask();
    Object.assign(server, { status: 429, headers: { ...limit, "x-ratelimit-remaining-requests": "0" } });
    await ask();
    expect(remaining()).toBe(0);
  });

  test("reads all answers of one that states limits", async () => {
    const { server, ask, remaining } = setUp();
    server.headers = limit;
    await ask();
    server.headers = { ...limit, "x-ratelimit-remaining-requests": "20" };
    await ask();
    expect(remaining()).toBeCloseTo(20, 0);
  });
});
