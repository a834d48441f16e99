import { describe, expect, it } from "vitest";
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
    for (const { ratePerSecond } of rows) expect(ratePerSecond).toBeLessThanOrEqual(2);
    expect(warnings).toEqual([]);
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
