import { config, defer, firstValueFrom, of, throwError } from "rxjs";
import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../../simulations/index.js";
import type { SluiceEvent } from "../../src/flow/event.js";
import type { SluiceState } from "../../src/state.js";
import { answer, later, outcomeOf, virtualSluice } from "./server.js";

const HOUR_MS = 3_600_000;

/** A sluice that has used a key. */
async function used(key: string, options = {}) {
  const house = virtualSluice(options);
  const sent = house.sluice.schedule(async () => answer(200), { key });
  await house.clock.runAsync(house.clock.now());
  await sent;
  return house;
}

describe("what a user says of a key", () => {
  it("holds for a key that isn't there yet", async () => {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 100, burst: 1 } });
    sluice.pause("later");
    sluice.cap("slow", 1);
    expect(sluice.budgets()).toEqual([]);
    let sent = 0;
    void sluice.schedule(async () => void sent++, { key: "later" });
    await clock.runAsync(2_000);
    expect(sent).toBe(0);
    sluice.resume("later");
    await clock.runAsync(2_000);
    expect(sent).toBe(1);
    for (let index = 0; index < 10; index++) void sluice.schedule(async () => void sent++, { key: "slow" });
    await clock.runAsync(4_500);
    expect(sent).toBe(1 + 3);
  });

  it("is remembered when the key has left for want of use", async () => {
    const { clock, sluice } = await used("held", { control: { rateInitial: 100, burst: 1 } });
    sluice.pause("held");
    sluice.cap("held", 1);
    await clock.runAsync(3 * HOUR_MS);
    expect(sluice.budgets()).toEqual([]);
    let sent = 0;
    for (let index = 0; index < 10; index++) void sluice.schedule(async () => void sent++, { key: "held" });
    await clock.runAsync(clock.now() + 1_000);
    expect(sent).toBe(0);
    sluice.resume("held");
    await clock.runAsync(clock.now() + 2_500);
    expect(sent).toBe(3);
  });

  it("lets one key go while all others are held, and resumes all where no key is named", async () => {
    const { clock, sluice } = virtualSluice();
    sluice.pause();
    sluice.resume("a");
    sluice.pause("b");
    const sent: string[] = [];
    for (const key of ["a", "b", "c"]) void sluice.schedule(async () => void sent.push(key), { key });
    await clock.runAsync(1_000);
    expect(sent).toEqual(["a"]);
    sluice.resume();
    await clock.runAsync(2_000);
    expect(sent.sort()).toEqual(["a", "b", "c"]);
  });

  it("caps no higher than the rule that the key has", async () => {
    const budgets = [{ match: "model", key: "account", rateMax: 2 }];
    const { clock, sluice } = virtualSluice({ budgets, control: { rateInitial: 100, burst: 1 } });
    sluice.cap("account", 50);
    sluice.cap("account", undefined);
    let sent = 0;
    for (let index = 0; index < 20; index++) void sluice.schedule(async () => void sent++, { key: "model" });
    await clock.runAsync(2_250);
    expect(sent).toBe(5);
  });
});

describe("idle keys", () => {
  it("leave though one other is in use all the time, and no new one comes", async () => {
    const { clock, sluice } = await used("busy");
    for (const key of ["old", "older"]) void sluice.schedule(async () => answer(200), { key });
    for (let minute = 0; minute < 180; minute += 5) {
      void sluice.schedule(() => later(clock, 6 * 60_000, answer(200)), { key: "busy" });
      await clock.runAsync(clock.now() + 5 * 60_000);
    }
    expect(sluice.budgets().map(({ key }) => key)).toEqual(["busy"]);
  });
});

describe("state", () => {
  async function learnt(): Promise<SluiceState> {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 8, burst: 1 } });
    const headers = { "x-ratelimit-limit-tokens": "6000", "x-ratelimit-remaining-tokens": "5000" };
    let count = 0;
    const all = Array.from({ length: 300 }, () =>
      outcomeOf(
        clock,
        sluice.schedule(async () => (++count % 40 === 0 ? answer(429) : answer(200, headers)), { key: "k" }),
      ),
    );
    const other = sluice.schedule(async () => answer(200), { key: "other" });
    await clock.runAsync(60_000);
    await Promise.all([...all, other]);
    return JSON.parse(JSON.stringify(sluice.snapshot()));
  }

  it("is kept for keys that weren't used since it was handed in", async () => {
    const state = await learnt();
    const { sluice } = virtualSluice({ state });
    void sluice.schedule(async () => 1, { key: "new" });
    expect(sluice.snapshot().keys.find(({ key }) => key === "k")).toEqual(state.keys.find(({ key }) => key === "k"));
  });

  it("brings all budgets back, and the options of today win over those of then", async () => {
    const state = await learnt();
    const warnings: SluiceEvent[] = [];
    const { sluice } = virtualSluice({ state, control: { rateMax: 2 } });
    sluice.event$.subscribe((event) => event.type === "warning" && warnings.push(event));
    void sluice.schedule(async () => 1, { key: "k" });
    const rows = sluice.budgets().filter(({ key }) => key === "k");
    expect(rows.map(({ dimension }) => dimension)).toEqual(["requests", "tokens"]);
    expect(rows[0]?.ratePerSecond).toBeLessThanOrEqual(2);
    expect(rows[1]?.ratePerSecond).toBeGreaterThan(2);
    expect(warnings).toEqual([]);
  });

  it("lets what was spent refill while nobody ran", async () => {
    const { clock, sluice } = virtualSluice({ provider: "github" });
    const headers = {
      date: new Date(clock.wallNow()).toUTCString(),
      "x-ratelimit-limit": "60",
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": `${Math.round(clock.wallNow() / 1_000) + 1_800}`,
    };
    const sent = sluice.schedule(async () => answer(200, headers), { key: "k" });
    await clock.runAsync(1_000);
    await sent;
    const state = JSON.parse(JSON.stringify(sluice.snapshot())) as SluiceState;
    for (const [restMs, phase] of [
      [60_000, "pause"],
      [2_000_000, "follow"],
    ] as const) {
      const later = createVirtualClock();
      later.run(restMs);
      const warm = virtualSluice({ clock: later, provider: "github", state });
      void warm.sluice.schedule(async () => 1, { key: "k" });
      expect([restMs, warm.sluice.budgets()[0]?.phase]).toEqual([restMs, phase]);
    }
  });

  it("counts the time since a key was last used, not since the snapshot", async () => {
    const { clock, sluice } = await used("k");
    await clock.runAsync(600_000);
    const { takenAtMs, keys } = sluice.snapshot();
    expect(takenAtMs - (keys[0]?.usedAtMs ?? 0)).toBe(600_000);
  });

  it.each([
    ["a rate of null", (law: Record<string, unknown>) => ({ ...law, rate: null })],
    ["an endless rate", (law: Record<string, unknown>) => ({ ...law, rate: 1e300 })],
    ["a rate in words", (law: Record<string, unknown>) => ({ ...law, rate: "fast" })],
    ["no law", () => undefined],
    ["a list", () => [1, 2, 3]],
  ])("never poisons a rate: with %s the budget begins anew, and says so", async (_, spoil) => {
    const state = await learnt();
    const spoilt = structuredClone(state) as unknown as {
      keys: { key: string; budgets: { state: { law: object } }[] }[];
    };
    for (const { budgets } of spoilt.keys) {
      for (const budget of budgets)
        Object.assign(budget.state, { law: spoil(budget.state.law as Record<string, unknown>) });
    }
    const { sluice } = virtualSluice({ state: spoilt as unknown as SluiceState });
    const warnings: SluiceEvent[] = [];
    sluice.event$.subscribe((event) => event.type === "warning" && warnings.push(event));
    void sluice.schedule(async () => 1, { key: "k" });
    expect(sluice.budgets()[0]).toMatchObject({ dimension: "requests", ratePerSecond: 1 });
    expect(warnings).toMatchObject([
      { key: "k", code: "state-unreadable" },
      { key: "k", code: "state-unreadable" },
    ]);
  });
});

describe("budgets", () => {
  it("has one concurrency row, which has a number in flight and no rate", async () => {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 100 } });
    const headers = { "x-ratelimit-limit-concurrency": "4", "x-ratelimit-remaining-concurrency": "3" };
    const quota = { dimension: "concurrency", limit: 4, remaining: 3 };
    const provider = { name: "ours", readBody: () => ({ quotas: [quota] }) };
    const own = virtualSluice({ provider });
    for (const house of [{ clock, sluice }, own]) {
      const sent = house.sluice.schedule(async () => answer(200, headers, {}));
      await house.clock.runAsync(10);
      await sent;
    }
    const rows = own.sluice.budgets().filter(({ dimension }) => dimension === "concurrency");
    expect(rows).toMatchObject([{ inFlightMax: 4 }]);
    expect(rows[0]).not.toHaveProperty("ratePerSecond");
  });

  it("counts a failure of the server's as no lack of capacity, and an unknown key's tries from its first", async () => {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 100 } });
    const results = [answer(500), answer(200), answer(503), answer(429), answer(200)];
    const all = [1, 2].map(() => sluice.schedule(async () => results.shift()));
    await clock.runAsync(60_000);
    await Promise.all(all);
    expect(sluice.budgets()).toMatchObject([{ accepted: 2, throttled: 1, overloaded: 1, queued: 0, inFlight: 0 }]);
  });

  it("counts a try once: one that failed in its body wasn't let in", async () => {
    for (const [type, counts] of [
      ["rate_limit_error", { accepted: 1, throttled: 1, overloaded: 0 }],
      ["overloaded_error", { accepted: 1, throttled: 0, overloaded: 1 }],
      ["invalid_request_error", { accepted: 2, throttled: 0, overloaded: 0 }],
    ] as const) {
      const bodies = [`event: error\ndata: {"type":"error","error":{"type":"${type}"}}\n\n`, "data: [DONE]\n\n"];
      const headers = { "content-type": "text/event-stream" };
      const fetch = async () => new Response(bodies.shift(), { headers });
      const { clock, sluice } = virtualSluice({ control: { rateInitial: 100 }, fetch });
      const read = [1, 2].map(async () => (await sluice.fetch("https://api.example.com/v1")).text());
      await clock.runAsync(1_000);
      await Promise.all(read);
      expect(sluice.budgets()).toMatchObject([counts]);
    }
  });

  it("has nobody ask an account again whose exhaustion an answer's body tells of", async () => {
    const event = 'event: error\ndata: {"error":{"type":"insufficient_quota","code":"insufficient_quota"}}\n\n';
    let asked = 0;
    const fetch = async () => {
      asked += 1;
      return new Response(event, { headers: { "content-type": "text/event-stream" } });
    };
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 1, rateMax: 1, burst: 1 }, fetch });
    const sent = [1, 2, 3].map(async () => {
      const response = await sluice.fetch("https://api.example.com/v1");
      return [response.status, await response.text()];
    });
    await clock.runAsync(5_000);
    expect((await Promise.all(sent)).map(([status]) => status)).toEqual([200, 429, 429]);
    expect((await sent[0])?.[1]).toBe(event);
    expect(asked).toBe(1);
  });

  it("says pause while a key is held, gated or exhausted", async () => {
    const { clock, sluice } = virtualSluice();
    const answers = [answer(429, { "retry-after": "600" }), answer(402), answer(200)];
    for (const [index, key] of ["gated", "exhausted", "held"].entries()) {
      void outcomeOf(
        clock,
        sluice.schedule(async () => answers[index], { key }),
      );
    }
    await clock.runAsync(10);
    sluice.pause("held");
    expect(sluice.budgets().map(({ key, phase }) => [key, phase])).toEqual([
      ["gated", "pause"],
      ["exhausted", "pause"],
      ["held", "pause"],
    ]);
  });
});

describe("a budget that a refusal brings to light", () => {
  it("begins at what was delivered of it, less a cut", async () => {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 10, rateMax: 10, burst: 1 } });
    const error = { type: "tokens", code: "rate_limit_exceeded", message: "tokens per min" };
    let sent = 0;
    for (let index = 0; index < 100; index++) {
      void outcomeOf(
        clock,
        sluice.schedule(async () => (++sent === 60 ? answer(429, {}, { error }) : answer(200)), {
          cost: { tokens: 100 },
        }),
      );
    }
    await clock.runAsync(6_050);
    const row = sluice.budgets().find(({ dimension }) => dimension === "tokens");
    expect(row?.ratePerSecond).toBeGreaterThan(700);
    expect(row?.ratePerSecond).toBeLessThan(1_000);
  });
});

describe("a spent window", () => {
  it("is a pause until its reset", async () => {
    const { clock, sluice } = virtualSluice({ provider: "github" });
    const headers = {
      date: new Date(clock.wallNow()).toUTCString(),
      "x-ratelimit-limit": "60",
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": `${Math.round(clock.wallNow() / 1_000) + 1_800}`,
    };
    const sent = sluice.schedule(async () => answer(200, headers));
    await clock.runAsync(10_000);
    await sent;
    expect(sluice.budgets()).toMatchObject([{ phase: "pause", resetInMs: 1_790_000 }]);
    await clock.runAsync(1_900_000);
    expect(sluice.budgets()).toMatchObject([{ phase: "follow" }]);
  });
});

describe("a spent budget on which a request doesn't draw", () => {
  const quotas = [{ dimension: "images", limit: "x-most", remaining: "x-left", reset: "x-reset" }];
  const spent = { "x-most": "100", "x-left": "0", "x-reset": "3000" };

  async function spentHouse() {
    const provider = { name: "ours", quotas, traits: [{ traits: { kind: "window", windowMs: HOUR_MS } }] } as const;
    const house = virtualSluice({ provider, control: { rateInitial: 100, burst: 1 } });
    const sent = house.sluice.schedule(async () => answer(200, spent), { cost: { images: 1 } });
    await house.clock.runAsync(1_000);
    await sent;
    expect(house.sluice.budgets()).toMatchObject([{ dimension: "requests" }, { dimension: "images", phase: "pause" }]);
    return house;
  }

  it("neither holds it nor fails it for its deadline", async () => {
    const { clock, sluice } = await spentHouse();
    const text = outcomeOf(
      clock,
      sluice.schedule(async () => answer(200), { deadlineMs: 5_000 }),
    );
    const image = outcomeOf(
      clock,
      sluice.schedule(async () => answer(200), { deadlineMs: 5_000, cost: { images: 1 } }),
    );
    await clock.runAsync(2_000);
    expect(await text).toMatchObject({ value: { status: 200 }, atMs: 1_000 });
    expect(await image).toMatchObject({ error: { code: "ERR_SLUICE_DEADLINE" }, atMs: 1_000 });
  });

  it("isn't what refused it", async () => {
    const { clock, sluice } = await spentHouse();
    const answers = [answer(429), answer(200)];
    const sent = sluice.schedule(async () => answers.shift());
    await clock.runAsync(60_000);
    await sent;
    expect(sluice.budgets()).toMatchObject([
      { dimension: "requests", throttled: 1 },
      { dimension: "images", throttled: 0 },
    ]);
  });
});

describe("events", () => {
  it("tell of a shared budget under its own key, with the limit that the server states", async () => {
    const { clock, sluice } = virtualSluice({ budgets: [{ match: "model", key: "account" }] });
    const events: SluiceEvent[] = [];
    sluice.event$.subscribe((event) => events.push(event));
    const headers = { "anthropic-ratelimit-requests-limit": "600", "anthropic-ratelimit-requests-remaining": "599" };
    void sluice.schedule(async () => answer(200, headers), { key: "model-a" });
    await clock.runAsync(10);
    const decisions = events.filter((event) => event.type === "decision");
    expect(new Set(decisions.map(({ key }) => key))).toEqual(new Set(["model-a", "account"]));
    expect(decisions.map(({ limitPerSecond }) => limitPerSecond)).toContain(10);
  });

  it("advise once to name a cost where the server limits tokens and requests speak of none", async () => {
    const { clock, sluice } = virtualSluice();
    const events: SluiceEvent[] = [];
    sluice.event$.subscribe((event) => events.push(event));
    const headers = { "x-ratelimit-limit-tokens": "6000", "x-ratelimit-remaining-tokens": "5999" };
    const send = (key: string, cost = {}) => void sluice.schedule(async () => answer(200, headers), { key, cost });
    for (let index = 0; index < 3; index++) send("unnamed");
    send("named", { tokens: 100 });
    await clock.runAsync(10_000);
    const advice = events.filter((event) => event.type === "advice");
    expect(advice).toMatchObject([
      { key: "unnamed", code: "cost-unknown", message: expect.stringContaining("tokens") },
    ]);
  });

  it("advise once of a backlog that takes longer than one may want, with the arithmetic, and not before a rate is known", async () => {
    const told = async (requests: number, limit: number, queue = {}) => {
      const { clock, sluice } = virtualSluice({ queue });
      const events: SluiceEvent[] = [];
      sluice.event$.subscribe((event) => events.push(event));
      let nextAtMs = 0;
      const task = async () => {
        if (clock.now() < nextAtMs) return answer(429);
        nextAtMs = clock.now() + 1_000 / limit;
        return answer(200);
      };
      for (let index = 0; index < requests; index++) void outcomeOf(clock, sluice.schedule(task));
      await clock.runAsync(20_000);
      return events.filter(({ type }) => type === "advice");
    };
    const message = expect.stringMatching(
      /^19\d\d requests wait, which at [01]\.\d+ a second take \d+ minutes: .* batch /,
    );
    expect(await told(2_000, 1)).toMatchObject([{ key: "default", code: "backlog", message }]);
    expect(await told(2_000, 1e9)).toEqual([]);
    expect(await told(100, 1)).toEqual([]);
    expect(await told(100, 1, { adviseAfterMs: 30_000 })).toMatchObject([{ code: "backlog" }]);
  });

  it("advise once to raise the retry budget where it holds retries back", async () => {
    const told = async (results: readonly number[], options = {}) => {
      const { clock, sluice } = virtualSluice({ control: { rateInitial: 100 }, ...options });
      const events: SluiceEvent[] = [];
      sluice.event$.subscribe((event) => events.push(event));
      for (const status of results) {
        const answers = [status, status];
        void outcomeOf(
          clock,
          sluice.schedule(async () => answer(answers.pop() ?? 200)),
        );
      }
      await clock.runAsync(60_000);
      return events.filter(({ type }) => type === "advice");
    };
    const failing = Array.from({ length: 6 }, () => 500);
    const message = expect.stringContaining("retry.budgetRatio (0.2)");
    expect(await told(failing)).toMatchObject([{ key: "default", code: "retry-budget", message }]);
    expect(await told(failing, { deadlineMs: 3_000 })).toMatchObject([{ code: "retry-budget" }]);
    expect(await told(failing, { retry: { budgetRatio: 100 } })).toMatchObject([{ code: "retry-budget" }]);
    expect(await told([500, 200, 500, 200])).toEqual([]);
    expect(await told(failing.map(() => 503))).toEqual([]);
  });

  it("tell every request's whole story, in order, and survive JSON", async () => {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 20 }, queue: { sizeMax: 8 } });
    const stories = new Map<number, string[]>();
    sluice.event$.subscribe((event) => {
      expect(JSON.parse(JSON.stringify(event))).toEqual(event);
      if (!("request" in event)) return;
      const story = stories.get(event.request) ?? [];
      stories.set(event.request, [...story, event.type]);
    });
    const controller = new AbortController();
    const answers = [answer(200), answer(429), answer(500), answer(400), answer(503)];
    for (let index = 0; index < 12; index++) {
      const options = [{}, { deadlineMs: 200 }, { signal: controller.signal }, { waitMaxMs: 100 }][index % 4] ?? {};
      void outcomeOf(
        clock,
        sluice.schedule(({ number }) => later(clock, 100, number > 1 ? answer(200) : answers[index % 5]), options),
      );
    }
    clock.after(150, () => controller.abort());
    await clock.runAsync(60_000);
    await sluice.close();
    expect(stories.size).toBe(12);
    for (const story of stories.values()) {
      expect(story.join(" ")).toMatch(
        /^(queued (sent response retry )*((sent response settled)|(sent )?dropped)|dropped)$/,
      );
    }
  });
});

describe("what is documented of a provider's limits", () => {
  it("holds behind a gateway too, once its headers have shown who answers", async () => {
    const headers = { "x-ratelimit-limit": "9", "x-ratelimit-remaining": "8", "x-ratelimit-limit-dynamic": "9" };
    const { clock, sluice } = virtualSluice({ fetch: async () => new Response("{}", { headers }) });
    for (const host of ["api.together.xyz", "gateway.example"]) {
      const sent = sluice.fetch(`https://${host}/v1/models`).then((response) => response.text());
      await clock.runAsync(clock.now() + 1_000);
      await sent;
    }
    const documented = sluice.snapshot().keys.map(({ budgets }) => budgets.map(({ state }) => traitsOf(state)));
    expect(documented[0]).toContainEqual(expect.objectContaining({ windowMs: 1_000, isPerSecond: true }));
    expect(documented[1]).toEqual(documented[0]);
  });
});

function traitsOf(state: unknown): unknown {
  return (state as { config: { traits: unknown } }).config.traits;
}

describe("the events of a request", () => {
  it("name what there was instead of a response, and what its caller was told instead of the last one", async () => {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 100 }, attemptTimeoutMs: 50 });
    const told: Record<string, unknown>[] = [];
    sluice.event$.subscribe((event) => {
      if (event.type === "response") told.push({ error: event.error, status: event.status });
      if (event.type === "settled") told.push({ code: event.code, outcome: event.outcome });
    });
    const lost = Object.assign(new Error("fetch failed"), { code: "ECONNRESET" });
    const ends = [
      sluice.schedule(() => Promise.reject(lost), { deadlineMs: 100 }),
      sluice.schedule(() => new Promise(() => {}), { deadlineMs: 100 }),
      sluice.schedule(async () => answer(429, { "retry-after": "3600" })),
      sluice.schedule(() => Promise.reject(new TypeError("x is no function"))),
    ].map((each) => outcomeOf(clock, each));
    await clock.runAsync(1_000);
    await Promise.all(ends);
    expect(told).toEqual([
      { error: "ECONNRESET", status: undefined },
      { code: "ERR_SLUICE_DEADLINE", outcome: "failed" },
      { error: undefined, status: 429 },
      { code: "ERR_SLUICE_EXHAUSTED", outcome: "throttled" },
      { error: "TypeError", status: undefined },
      { code: undefined, outcome: "failed" },
      { error: "ERR_SLUICE_TIMEOUT", status: undefined },
      { code: "ERR_SLUICE_DEADLINE", outcome: "failed" },
    ]);
  });

  it("tell at the call where it goes, and of one that is refused there too", async () => {
    const { clock, sluice } = virtualSluice({
      queue: { sizeMax: 1 },
      fetch: async () => new Response("{}"),
    });
    sluice.pause();
    const told: unknown[] = [];
    sluice.event$.subscribe((event) => {
      if (event.type === "queued") told.push(event.target);
      if (event.type === "dropped") told.push([event.code, event.durationMs, event.target]);
    });
    const body = '{"model":"llama-3"}';
    const send = () => sluice.fetch("https://api.together.xyz/v1/chat/completions", { method: "POST", body });
    const ends = [send(), send()].map((each) => outcomeOf(clock, each));
    await clock.runAsync(250);
    await sluice.close();
    await Promise.all(ends);
    const where = {
      scheme: "https",
      host: "api.together.xyz",
      port: 443,
      method: "POST",
      model: "llama-3",
      operation: "chat",
    };
    expect(told).toEqual([where, ["ERR_SLUICE_QUEUE_FULL", 0, where], ["ERR_SLUICE_CLOSED", 250, where]]);
  });
});

describe("what listens", () => {
  it("may call the sluice from within: an abort or a close at `sent` ends the try before it starts", async () => {
    for (const end of ["abort", "close"] as const) {
      const { clock, sluice } = virtualSluice();
      const controller = new AbortController();
      const types: string[] = [];
      let closed: Promise<void> | undefined;
      sluice.event$.subscribe(({ type }) => {
        types.push(type);
        if (type !== "sent") return;
        if (end === "abort") controller.abort(new Error("no longer wanted"));
        else closed = sluice.close({ abort: true });
      });
      let started = 0;
      const ended = outcomeOf(
        clock,
        sluice.schedule(
          () => {
            started++;
            return new Promise(() => {});
          },
          { signal: controller.signal },
        ),
      );
      await clock.runAsync(1_000);
      await closed;
      expect(started).toBe(0);
      expect(await ended).toMatchObject({
        error: end === "abort" ? { message: "no longer wanted" } : { code: "ERR_SLUICE_CLOSED" },
        atMs: 0,
      });
      expect(types.filter((type) => type !== "decision")).toEqual(["queued", "sent", "dropped"]);
      expect(sluice.budgets()[0]).toMatchObject({ inFlight: 0, queued: 0 });
    }
  });

  it("gives the pace of what it ends at `sent` to the next", async () => {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 1, rateMax: 1, burst: 1 } });
    const controller = new AbortController();
    sluice.event$.subscribe((event) => event.type === "sent" && event.request <= 3 && controller.abort());
    const sentAt: number[] = [];
    for (let index = 0; index < 3; index++) {
      sluice.schedule(async () => {}, { signal: controller.signal }).catch(() => {});
    }
    for (let index = 0; index < 2; index++) void sluice.schedule(async () => void sentAt.push(clock.now()));
    await clock.runAsync(10_000);
    expect(sentAt).toEqual([0, 1_000]);
  });

  it("gives the retry of what it ends at `sent` back to the budget that all share", async () => {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 1_000, burst: 100 }, retry: { budgetRatio: 0 } });
    const controllers = Array.from({ length: 6 }, () => new AbortController());
    sluice.event$.subscribe((event) => {
      if (event.type === "sent" && event.attempt === 2) controllers[event.request - 1]?.abort();
    });
    const ends = controllers.map(({ signal }) =>
      outcomeOf(
        clock,
        sluice.schedule(async () => answer(500), { signal }),
      ),
    );
    await clock.runAsync(60_000);
    // The budget holds three retries, and another one each 3.3 s: spent, it would keep the last ones waiting.
    for (const { atMs } of await Promise.all(ends)) expect(atMs).toBeLessThanOrEqual(1_000);
  });

  it("may send, pause and resume from within, at any event", async () => {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 50 } });
    let budget = 200;
    let ended = 0;
    sluice.event$.subscribe(({ type }) => {
      sluice.budgets();
      if (type === "settled") ended++;
      if (budget-- <= 0) return;
      sluice.pause();
      if (budget % 3 === 0) void sluice.schedule(async () => answer(budget % 2 === 0 ? 200 : 404));
      sluice.resume();
    });
    for (let index = 0; index < 20; index++) void sluice.schedule(async () => answer(200));
    await clock.runAsync(120_000);
    expect(ended).toBeGreaterThan(30);
    expect(sluice.budgets()[0]).toMatchObject({ inFlight: 0, queued: 0 });
  });

  it("may throw: it is reported as RxJS does, and everybody's requests go on", async () => {
    const reported: unknown[] = [];
    const before = config.onUnhandledError;
    config.onUnhandledError = (error) => reported.push(error);
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 100 } });
    const mistake = new Error("a mistake in a dashboard");
    let heard = 0;
    sluice.event$.subscribe(() => {
      throw mistake;
    });
    sluice.event$.subscribe(() => heard++);
    const results = [answer(429), answer(200), answer(200)];
    const all = [1, 2].map(() => sluice.schedule(async () => results.shift()));
    await clock.runAsync(10_000);
    expect(await Promise.all(all)).toMatchObject([{ status: 200 }, { status: 200 }]);
    await new Promise((resolve) => setTimeout(resolve, 0));
    config.onUnhandledError = before;
    expect(heard).toBeGreaterThan(8);
    expect(reported).toHaveLength(heard);
    expect(new Set(reported)).toEqual(new Set([mistake]));
  });

  it("is given something to listen to, and nothing to speak with", () => {
    const { sluice } = virtualSluice();
    expect(sluice.event$).not.toHaveProperty("next");
    expect(sluice.event$).toBe(sluice.event$);
  });
});

describe("a dialect that throws", () => {
  it("is warned of, and the loop goes on by the status alone", async () => {
    const { clock, sluice } = virtualSluice({
      control: { rateInitial: 100 },
      provider: {
        name: "ours",
        get quotas(): never {
          throw new Error("a mistake in a table");
        },
      },
    });
    const types: string[] = [];
    sluice.event$.subscribe(({ type }) => types.push(type));
    const statuses = [429, 200, 200];
    const all = [1, 2].map(() => sluice.schedule(async () => answer(statuses.shift() ?? 200, { "x-limit": "1" })));
    await clock.runAsync(10_000);
    expect(await Promise.all(all)).toMatchObject([{ status: 200 }, { status: 200 }]);
    expect(sluice.budgets()[0]).toMatchObject({ accepted: 2, throttled: 1 });
    expect(types.filter((type) => type === "warning")).toHaveLength(1);
  });
});

describe("a dialect whose readBody throws", () => {
  it("is warned of, and the headers are read all the same", async () => {
    const headers = { "x-left": "7", "x-most": "60" };
    const provider = {
      name: "ours",
      quotas: [{ dimension: "requests", limit: "x-most", remaining: "x-left" }],
      readBody: () => {
        throw new RangeError("of a secret: sk-1234");
      },
    };
    const { clock, sluice } = virtualSluice({ provider, control: { rateInitial: 100 } });
    const warnings: SluiceEvent[] = [];
    sluice.event$.subscribe((event) => event.type === "warning" && warnings.push(event));
    for (const key of ["a", "a", "b"]) void sluice.schedule(async () => answer(200, headers, { points: 1 }), { key });
    await clock.runAsync(1_000);
    expect(sluice.budgets()).toMatchObject([{ remaining: 7 }, { remaining: 7 }]);
    expect(warnings).toMatchObject([
      {
        key: "a",
        code: "reading-failed",
        message: expect.stringContaining("`readBody` failed on a response (RangeError)"),
      },
      { key: "b", code: "reading-failed" },
    ]);
    expect(JSON.stringify(warnings)).not.toContain("sk-1234");
  });
});

describe("an error of our own", () => {
  it("always tells the key and the attempts, and after a try the last response too", async () => {
    const { clock, sluice } = virtualSluice({
      control: { rateInitial: 1, rateMax: 1, burst: 1 },
      queue: { sizeMax: 2 },
    });
    const results = [answer(429), answer(200)];
    const late = outcomeOf(
      clock,
      sluice.schedule(async () => results.shift(), { key: "k", deadlineMs: 700 }),
    );
    const rest = [1, 2, 3].map(() =>
      outcomeOf(
        clock,
        sluice.schedule(async () => answer(200), { key: "k" }),
      ),
    );
    await clock.runAsync(900);
    expect(await late).toMatchObject({
      error: { code: "ERR_SLUICE_DEADLINE", key: "k", attempts: 1, status: 429 },
      atMs: 700,
    });
    void sluice.close();
    expect(await Promise.all(rest)).toMatchObject([
      { error: { code: "ERR_SLUICE_CLOSED", key: "k", attempts: 0 } },
      { error: { code: "ERR_SLUICE_CLOSED", key: "k", attempts: 0 } },
      { error: { code: "ERR_SLUICE_QUEUE_FULL", key: "k", attempts: 0 } },
    ]);
    const after = outcomeOf(
      clock,
      sluice.schedule(async () => 1, { key: "k" }),
    );
    expect(await after).toMatchObject({ error: { code: "ERR_SLUICE_CLOSED", key: "k", attempts: 0 } });
  });
});

describe("what can't make it", () => {
  it("goes at once or fails at once where it may not wait at all", async () => {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 1, burst: 1 } });
    const send = (options: object) =>
      outcomeOf(
        clock,
        sluice.schedule(async () => "sent", options),
      );
    const all = [send({ waitMaxMs: 0 }), send({ waitMaxMs: 0 }), send({ deadlineMs: 0 })];
    const other = send({ key: "other", deadlineMs: 0 });
    await clock.runAsync(0);
    expect(await Promise.all([...all, other])).toMatchObject([
      { value: "sent", atMs: 0 },
      { error: { code: "ERR_SLUICE_WAIT" }, atMs: 0 },
      { error: { code: "ERR_SLUICE_DEADLINE" }, atMs: 0 },
      { value: "sent", atMs: 0 },
    ]);
  });

  it("fails at once when a gate closes for all until later than its deadline", async () => {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 1, burst: 1 } });
    const send = (deadlineMs: number) =>
      outcomeOf(
        clock,
        sluice.schedule(() => later(clock, 100, answer(429, { "retry-after": "30" })), { deadlineMs }),
      );
    const refused = [send(100_000), send(100_000)];
    const hopeless = send(20_000);
    await clock.runAsync(200_000);
    await Promise.all(refused);
    // The second refusal within twice a stated wait shuts the gate for all, before the third request was sent.
    const { error, atMs } = await hopeless;
    expect(error).toMatchObject({ code: "ERR_SLUICE_DEADLINE", attempts: 0, retryAfterMs: expect.any(Number) });
    expect(atMs).toBeLessThan(3_000);
  });
});

describe("facts", () => {
  const odd = { result: { code: 429 } };
  const facts = (value: unknown) => {
    if (value instanceof Error) throw value; // it never expected one
    return value === odd ? { status: 429, headers: {} } : undefined;
  };

  it("finds what we can't see, and hides nothing that we can", async () => {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 100 } });
    const plain = Object.assign(new Error("too many"), answer(429));
    const results = [() => odd, () => Promise.reject(answer(429)), () => Promise.reject(plain), () => answer(200)];
    const scheduled = sluice.schedule(async () => results.shift()?.(), { facts });
    await clock.runAsync(60_000);
    expect(await scheduled).toMatchObject({ status: 200 });
    const again = [
      () => of(odd),
      () => throwError(() => answer(429)),
      () => throwError(() => plain),
      () => of(answer(200)),
    ];
    const wrapped = firstValueFrom(
      sluice.wrap(
        defer(() => again.shift()?.() ?? of(undefined)),
        { facts },
      ),
    );
    await clock.runAsync(120_000);
    expect(await wrapped).toMatchObject({ status: 200 });
    expect(sluice.budgets()[0]).toMatchObject({ accepted: 2, throttled: 6 });
  });

  it("that throw at an error are warned of, once for a key", async () => {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 100 } });
    const warnings: SluiceEvent[] = [];
    sluice.event$.subscribe((event) => event.type === "warning" && warnings.push(event));
    const refusal = Object.assign(new Error("too many"), answer(429));
    const answers = [() => Promise.reject(refusal), () => Promise.reject(refusal), async () => answer(200)];
    const scheduled = sluice.schedule(async () => answers.shift()?.(), { facts });
    const again = [throwError(() => refusal), of(answer(200))];
    const wrapped = firstValueFrom(
      sluice.wrap(
        defer(() => again.shift() ?? of(undefined)),
        { facts, key: "wrapped" },
      ),
    );
    await clock.runAsync(60_000);
    expect([await scheduled, await wrapped]).toMatchObject([{ status: 200 }, { status: 200 }]);
    const message = expect.stringContaining("`facts` failed on a response (Error)");
    expect(warnings).toMatchObject([
      { key: "wrapped", code: "reading-failed", message },
      { key: "default", code: "reading-failed", message },
    ]);
  });

  it.each([429, "429", {}, { status: "429" }])("that give %j are told what they should give", async (given) => {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 100 } });
    const facts = () => given as never;
    const warnings: SluiceEvent[] = [];
    sluice.event$.subscribe((event) => event.type === "warning" && warnings.push(event));
    const value = outcomeOf(
      clock,
      sluice.schedule(async () => "a result", { facts }),
    );
    const error = outcomeOf(
      clock,
      sluice.schedule(() => Promise.reject(new Error("mine")), { facts }),
    );
    await clock.runAsync(1_000);
    const message = expect.stringMatching(/`facts` returns must be undefined, or an object with a status, got /);
    expect(await value).toMatchObject({ error: { code: "ERR_SLUICE_OPTION", message } });
    expect(await error).toMatchObject({ error: { message: "mine" } });
    expect(warnings).toMatchObject([{ message: expect.stringContaining("`facts` returns must be") }]);
    expect(sluice.budgets()[0]).toMatchObject({ accepted: 0, throttled: 0, overloaded: 0, inFlight: 0 });
  });
});
