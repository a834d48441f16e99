import { describe, expect, it } from "vitest";
import {
  createService,
  createServiceFetch,
  createVirtualClock,
  type ServiceOptions,
  seededRandom,
} from "../../simulations/index.js";
import { createSluice, type SluiceOptions } from "../../src/index.js";
import { askThrough, DOORS, type Door } from "./doors.js";

const API = "https://api.together.xyz/v1";
const CHAT = "Qwen/Qwen2.5-7B-Instruct-Turbo";
const EMBED = "BAAI/bge-base-en-v1.5";
const FLUX = "black-forest-labs/FLUX.1-schnell";
const SEEDS = [1, 2];

const requests = {
  chat: ["chat/completions", { model: CHAT, messages: [{ role: "user", content: "Hello." }], max_tokens: 1 }],
  embed: ["embeddings", { model: EMBED, input: "Hello." }],
  draw: ["images/generations", { model: FLUX, prompt: "A sluice gate." }],
  tune: ["fine-tunes", { model: CHAT, training_file: "file-1" }],
} as const;

/** A sluice in front of the simulated Together, both in virtual time. */
function begin(server: ServiceOptions, options: SluiceOptions = {}, seed = 1, door: Door = "sluice.fetch") {
  const clock = createVirtualClock();
  const service = createService({ headers: "refusals", seed, latency: { firstByteMs: 400 }, ...server }, clock);
  const fetch = createServiceFetch(service, clock);
  const sluice = createSluice({ clock, random: seededRandom(seed), fetch, ...options });
  const ask = askThrough(door, sluice, fetch);
  const send = async (what: keyof typeof requests, init: RequestInit = {}) => {
    const [path, body] = requests[what];
    const response = await ask(`${API}/${path}`, { method: "POST", body: JSON.stringify(body), ...init });
    return { status: response.status, json: await response.json() };
  };
  /** So many clients, each of which asks again as soon as it was answered. */
  const saturate = (what: keyof typeof requests, clients: number) => {
    const loop = async () => {
      while ((await send(what)).status === 200);
    };
    for (let index = 0; index < clients; index++) loop().catch(() => {});
  };
  return { clock, service, sluice, send, saturate };
}

describe("where a rate begins at Together", () => {
  const firstRates = (options: SluiceOptions, door?: Door) => {
    const { sluice, send } = begin({}, options, 1, door);
    for (const what of ["chat", "embed", "draw", "tune"] as const) void send(what).catch(() => {});
    const rows = sluice.budgets().filter(({ dimension }) => dimension === "requests");
    return rows.map(({ key, ratePerSecond }) => [key.split("|").at(-1), ratePerSecond]);
  };

  it.each(DOORS)("is what guides print for the endpoint, by the second, through %s", (door) => {
    expect(firstRates({}, door)).toEqual([
      [CHAT, 10],
      [EMBED, 5],
      [FLUX, 1],
      ["(fine-tunes)", 1],
    ]);
  });

  it("is what the user says, wherever they say something", () => {
    expect(firstRates({ control: { rateInitial: 2 } }).map(([, rate]) => rate)).toEqual([2, 2, 2, 2]);
    expect(firstRates({ control: { rateMax: 3 } }).map(([, rate]) => rate)).toEqual([3, 3, 1, 1]);
    expect(firstRates({ provider: "openai" }).map(([, rate]) => rate)).toEqual([1, 1, 1]);
  });

  it("is no burst: the first ten go one by one", async () => {
    const { clock, sluice, saturate } = begin({ limit: { kind: "policer", requestsPerSecond: 100 } });
    const sentAt: number[] = [];
    sluice.event$.subscribe((event) => event.type === "sent" && sentAt.push(event.atMs));
    saturate("chat", 20);
    await clock.runAsync(900);
    expect(sentAt.length).toBeGreaterThan(8);
    const gaps = sentAt.slice(1).map((atMs, index) => atMs - (sentAt[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(70);
  });

  it("is no bound: a live limit of 25 is found, and one of 2 obeyed", async () => {
    for (const [limit, least, refusedMost] of [
      [25, 0.9, 0.02],
      [2, 0.85, 0.15],
    ] as const) {
      const { clock, service, saturate } = begin({ limit: { kind: "policer", requestsPerSecond: limit } });
      saturate("chat", 30);
      await clock.runAsync(30_000);
      const [lane] = service.state().lanes;
      expect((lane?.accepted ?? 0) / (lane?.allowed ?? 1)).toBeGreaterThan(least);
      expect((lane?.throttled ?? 0) / (lane?.offered ?? 1)).toBeLessThan(refusedMost);
    }
  });
});

describe("a quota that chat and embeddings share", () => {
  const ORGANISATION = 12;
  const SECONDS = 150;
  /** Of the clock on the wall, which is slow where thousands of promises are settled. */
  const LONG_MS = 60_000;

  async function share(server: ServiceOptions, options: SluiceOptions, seed: number) {
    const house = begin(
      {
        limit: { kind: "policer", requestsPerSecond: 100 },
        shared: { kind: "policer", requestsPerSecond: ORGANISATION },
        ...server,
      },
      options,
      seed,
    );
    house.saturate("chat", 60);
    house.saturate("embed", 60);
    await house.clock.runAsync(SECONDS * 1_000);
    const lanes = house.service.state().lanes.map(({ accepted, throttled }) => ({ accepted, throttled }));
    const sum = (of: "accepted" | "throttled") => lanes.reduce((total, lane) => total + lane[of], 0);
    return {
      ...house,
      goodput: sum("accepted") / (ORGANISATION * SECONDS),
      refused: sum("throttled") / (sum("accepted") + sum("throttled")),
      shareOfLess: Math.min(...lanes.map(({ accepted }) => accepted)) / sum("accepted"),
    };
  }

  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

  it(
    "is used up by the two together, fairly, where refusals name it",
    async () => {
      const runs = [];
      for (const seed of SEEDS) runs.push(await share({}, {}, seed));
      expect(mean(runs.map(({ goodput }) => goodput))).toBeGreaterThan(0.985);
      expect(mean(runs.map(({ refused }) => refused))).toBeLessThan(0.01);
      expect(Math.min(...runs.map(({ shareOfLess }) => shareOfLess))).toBeGreaterThan(0.47);
      const rows = runs[0]?.sluice.budgets() ?? [];
      expect(rows.map(({ key, scope }) => [key, scope])).toEqual([
        ["https://api.together.xyz||(organization)", "organization"],
        [`https://api.together.xyz||${CHAT}`, undefined],
        [`https://api.together.xyz||${EMBED}`, undefined],
      ]);
      // The models' own rates were never refused, and weren't lowered.
      expect(rows.slice(1).map(({ throttled }) => throttled)).toEqual([0, 0]);
    },
    LONG_MS,
  );

  it(
    "is used up where they don't: each learns for itself, as strangers do",
    async () => {
      const runs = [];
      for (const seed of SEEDS) runs.push(await share({ isSharedUnsaid: true }, {}, seed));
      expect(mean(runs.map(({ goodput }) => goodput))).toBeGreaterThan(0.97);
      expect(mean(runs.map(({ refused }) => refused))).toBeLessThan(0.025);
      expect(Math.min(...runs.map(({ shareOfLess }) => shareOfLess))).toBeGreaterThan(0.25);
      expect(runs[0]?.sluice.budgets()).toHaveLength(2);
    },
    LONG_MS,
  );

  it("is looked for from below where it refuses before it has let anything in", async () => {
    const shared = { kind: "policer", requestsPerSecond: 2 } as const;
    const { clock, service, saturate } = begin({ limit: { kind: "policer", requestsPerSecond: 50 }, shared });
    saturate("chat", 20);
    await clock.runAsync(60_000);
    expect((service.state().lanes[0]?.accepted ?? 0) / 120).toBeGreaterThan(0.7);
  });

  it.each(DOORS)("is each account's own, and nobody's where the user names the key, or has rules: %s", async (door) => {
    const ownersIn = async (options: SluiceOptions) => {
      const shared = { kind: "policer", requestsPerSecond: 2 } as const;
      const { clock, sluice, send } = begin({ limit: { kind: "policer" }, shared }, options, 1, door);
      for (const key of ["a", "b"]) {
        const init = { headers: { authorization: `Bearer ${key}` } };
        for (let index = 0; index < 10; index++) void send("chat", init).catch(() => {});
      }
      // The credential's fingerprint comes from WebCrypto, which knows no virtual time.
      await expect
        .poll(() => sluice.budgets().reduce((sum, { queued, inFlight }) => sum + queued + inFlight, 0))
        .toBe(20);
      await clock.runAsync(5_000);
      return sluice.budgets().flatMap(({ key, scope }) => (scope === "organization" ? [key] : []));
    };
    const owners = await ownersIn({});
    expect(new Set(owners.map((key) => key.split("|")[1])).size).toBe(2);
    expect(owners.every((key) => key.endsWith("|(organization)"))).toBe(true);
    expect(await ownersIn({ key: () => "mine" })).toEqual(["mine"]);
    expect((await ownersIn({ budgets: [] })).every((key) => key.endsWith(`|${CHAT}`))).toBe(true);
  });

  it("starts warm from a snapshot, and from then on is known", async () => {
    const first = await share({}, {}, 1);
    const state = JSON.parse(JSON.stringify(first.sluice.snapshot()));
    const { sluice, send, clock } = begin({}, { state });
    const sent = send("embed");
    const row = sluice.budgets().find(({ scope }) => scope === "organization");
    expect((row?.ratePerSecond ?? 0) / ORGANISATION).toBeGreaterThan(0.7);
    expect((row?.ratePerSecond ?? 0) / ORGANISATION).toBeLessThan(1.2);
    await clock.runAsync(5_000);
    expect((await sent).status).toBe(200);
  });
});

describe("keys that share a budget", () => {
  it("take turns at it, whoever's answer comes first", async () => {
    const budgets = [{ match: "model-", key: "account", rateMax: 10 }];
    const clock = createVirtualClock();
    const sluice = createSluice({ clock, random: seededRandom(1), budgets, control: { rateInitial: 1_000 } });
    const done = { "model-quick": 0, "model-slow": 0, "model-later": 0 };
    const loop = async (key: keyof typeof done, tookMs: number) => {
      for (;;) {
        await sluice.schedule(() => new Promise<void>((resolve) => clock.after(tookMs, resolve)), { key });
        done[key]++;
      }
    };
    for (let index = 0; index < 5; index++) loop("model-quick", 10).catch(() => {});
    for (let index = 0; index < 50; index++) loop("model-slow", 3_000).catch(() => {});
    clock.after(30_000, () => {
      for (let index = 0; index < 5; index++) loop("model-later", 10).catch(() => {});
    });
    await clock.runAsync(60_000);
    const { "model-quick": quick, "model-slow": slow, "model-later": later } = done;
    expect(quick + slow + later).toBeGreaterThan(580);
    expect(slow / quick).toBeGreaterThan(0.9);
    expect(later / (quick - 150)).toBeGreaterThan(0.9);
    void sluice.close({ abort: true });
  });

  it("leave to others what they can't use themselves", async () => {
    const budgets = [{ match: "model-", key: "account", rateMax: 10 }];
    const clock = createVirtualClock();
    const sluice = createSluice({ clock, random: seededRandom(1), budgets, control: { rateInitial: 1_000 } });
    sluice.cap("model-capped", 2);
    const done = { "model-capped": 0, "model-free": 0 };
    const loop = async (key: keyof typeof done) => {
      for (;;) {
        await sluice.schedule(() => new Promise<void>((resolve) => clock.after(50, resolve)), { key });
        done[key]++;
      }
    };
    for (let index = 0; index < 10; index++)
      for (const key of ["model-capped", "model-free"] as const) loop(key).catch(() => {});
    await clock.runAsync(60_000);
    expect(done["model-capped"]).toBeGreaterThan(115);
    expect(done["model-free"]).toBeGreaterThan(465);
    void sluice.close({ abort: true });
  });
});
