import { describe, expect, it } from "vitest";
import {
  createService,
  createServiceFetch,
  createVirtualClock,
  type ServiceOptions,
  seededRandom,
} from "../../simulations/index.js";
import { createSluice, type SluiceEvent, type SluiceOptions } from "../../src/index.js";
import { askThrough, DOORS, type Door } from "./doors.js";

const API = "https://api.together.xyz/v1/chat/completions";
const BIG = "meta-llama/Llama-3.3-70B-Instruct-Turbo";
const SMALL = "Qwen/Qwen2.5-7B-Instruct-Turbo";
const THIRD = "deepseek-ai/DeepSeek-V3";
const OVERLOADED = { kind: "policer", capacityPerSecond: 0 } as const;

function begin(door: Door, options: SluiceOptions, server: ServiceOptions = {}) {
  const clock = createVirtualClock();
  const limit = { kind: "policer" } as const;
  const service = createService(
    { limit, limits: { [BIG]: OVERLOADED }, latency: { firstByteMs: 100 }, ...server },
    clock,
  );
  const fetch = createServiceFetch(service, clock);
  const sent: { model: string; headers: Headers; body: BodyInit | null | undefined }[] = [];
  const below: typeof globalThis.fetch = (input, init) => {
    const { body, headers } = init ?? {};
    const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : body;
    const model = typeof text === "string" ? JSON.parse(text).model : "";
    sent.push({ model, headers: new Headers(headers), body: text });
    return fetch(input, init);
  };
  const sluice = createSluice({ clock, random: seededRandom(1), fetch: below, ...options });
  const events: SluiceEvent[] = [];
  sluice.event$.subscribe((event) => events.push(event));
  const send = askThrough(door, sluice, below);
  const ask = (model = BIG, init: RequestInit = {}) => {
    const body = JSON.stringify({ model, messages: [{ role: "user", content: "Hello." }], max_tokens: 2 });
    const asked = send(API, { method: "POST", body, ...init });
    asked.catch(() => {});
    return asked;
  };
  const models = () => sent.map(({ model }) => model);
  const told = (code: string) => events.filter((event) => event.type === "advice" && event.code === code);
  return { clock, service, sluice, send, ask, sent, models, events, told };
}

describe.each(DOORS)("the option fallback through %s", (door) => {
  it("asks the next model at once where the first is overloaded, and hands its response on as it came", async () => {
    const { clock, sluice, ask, models, told } = begin(door, { fallback: { [BIG]: [SMALL, THIRD] } });
    const asked = ask();
    await clock.runAsync(1_000);
    const response = await asked;
    expect([response.status, response.headers.get("x-should-retry"), response.url]).toEqual([200, null, ""]);
    expect(await response.json()).toMatchObject({ model: SMALL });
    expect(models()).toEqual([BIG, SMALL]);
    expect(told("fallback")).toEqual([
      expect.objectContaining({
        key: `https://api.together.xyz||${SMALL}`,
        message: `${BIG} is overloaded: the request goes to ${SMALL}, by the option fallback`,
      }),
    ]);
    // Each model has a budget of its own, and each learnt what was its own.
    expect(sluice.budgets().map(({ key, accepted, overloaded }) => [key.split("|")[2], accepted, overloaded])).toEqual([
      [BIG, 0, 1],
      [SMALL, 1, 0],
    ]);
  });

  it("goes through the models in order, and tries the last again as it would any", async () => {
    const limits = { [BIG]: OVERLOADED, [SMALL]: OVERLOADED, [THIRD]: OVERLOADED };
    const { clock, ask, models, service } = begin(door, { fallback: { [BIG]: [SMALL, THIRD] } }, { limits });
    const asked = ask();
    clock.after(2_500, () => service.move({ model: THIRD, capacityPerSecond: null }));
    await clock.runAsync(20_000);
    expect((await asked).status).toBe(200);
    expect(models().slice(0, 3)).toEqual([BIG, SMALL, THIRD]);
    expect(new Set(models().slice(2))).toEqual(new Set([THIRD]));
  });

  it("leaves alone what is throttled, fails otherwise, or has no entry", async () => {
    const limits = { [BIG]: { kind: "policer", requestsPerSecond: 0 } } as const;
    const throttled = begin(door, { fallback: { [BIG]: [SMALL] }, retry: { attemptsMax: 2 } }, { limits });
    void throttled.ask();
    await throttled.clock.runAsync(60_000);
    expect(new Set(throttled.models())).toEqual(new Set([BIG]));
    const other = begin(door, { fallback: { [SMALL]: [THIRD] }, retry: { attemptsMax: 2 } });
    const asked = other.ask();
    await other.clock.runAsync(60_000);
    expect([(await asked).status, new Set(other.models())]).toEqual([503, new Set([BIG])]);
  });

  it("doesn't wait for the end of an outage that is known: all but a probe now and then go elsewhere", async () => {
    const { clock, ask, models, service, told, events } = begin(door, { fallback: { [BIG]: [SMALL] } });
    const answers: Promise<Response>[] = [];
    for (let index = 0; index < 600; index++) clock.after(index * 200, () => answers.push(ask()));
    await clock.runAsync(125_000);
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses).toEqual(Array(600).fill(200));
    // Most were never sent to the model that is down.
    expect(models().filter((model) => model === BIG).length).toBeLessThan(60);
    expect(told("fallback")).toHaveLength(600);
    expect(events.filter((event) => event.type === "dropped" && event.code === "fallback").length).toBeGreaterThan(500);
    // And once it is back the first model is asked again.
    service.move({ model: BIG, capacityPerSecond: null });
    const before = models().length;
    for (let index = 0; index < 600; index++) clock.after(index * 200, () => void ask());
    await clock.runAsync(clock.now() + 130_000);
    const later = models().slice(before);
    expect(later.filter((model) => model === BIG).length / later.length).toBeGreaterThan(0.6);
  }, 60_000);

  it("keeps the deadline of the call, whichever model is asked", async () => {
    const limits = { [BIG]: OVERLOADED, [SMALL]: { kind: "policer", requestsPerSecond: 0 } } as const;
    const { clock, ask, sluice } = begin(
      door,
      { fallback: { [BIG]: [SMALL] }, retry: { attemptsMax: 1_000 } },
      { limits },
    );
    const asked = sluice.with({ deadlineMs: 5_000 }, () => ask()).then(() => clock.now());
    await clock.runAsync(60_000);
    expect(await asked).toBeLessThanOrEqual(5_100);
  });

  it("is aborted as any request is", async () => {
    const limits = { [BIG]: OVERLOADED, [SMALL]: { kind: "policer", requestsPerSecond: 0 } } as const;
    const { clock, ask, sluice } = begin(
      door,
      { fallback: { [BIG]: [SMALL] }, retry: { attemptsMax: 1_000 } },
      { limits },
    );
    const abort = new AbortController();
    const asked = ask(BIG, { signal: abort.signal });
    await clock.runAsync(3_000);
    abort.abort("enough");
    await expect(asked).rejects.toBe("enough");
    await sluice.close();
    expect(clock.pending).toBe(0);
  });

  it("never sends a one-shot stream twice", async () => {
    const { clock, send, sent } = begin(door, { fallback: { [BIG]: [SMALL] } });
    const stream = new Blob([JSON.stringify({ model: BIG, messages: [{ role: "user", content: "x" }] })]).stream();
    const init = { method: "POST", body: stream, duplex: "half" } as RequestInit;
    const asked = send(API, init);
    await expect.poll(() => sent.length).toBe(1);
    await clock.runAsync(5_000);
    expect([(await asked).status, sent.length]).toEqual([503, 1]);
  });

  it("ends with a thrown refusal of the last model where that was asked for", async () => {
    const limits = { [BIG]: OVERLOADED, [SMALL]: OVERLOADED };
    const options = { fallback: { [BIG]: [SMALL] }, onReject: "throw", retry: { attemptsMax: 1 } } as const;
    const { clock, ask } = begin(door, options, { limits });
    const asked = ask().catch((error: unknown) => error);
    await clock.runAsync(5_000);
    expect(await asked).toMatchObject({ code: "ERR_SLUICE_RETRIES", status: 503, key: expect.stringContaining(SMALL) });
  });
});

describe("the body that another model is asked with", () => {
  it("is the same but for the model, whatever the body is", async () => {
    const { clock, sluice, sent } = begin("sluice.fetch", { fallback: { [BIG]: [SMALL] } });
    const text = `{ "messages": [{"role":"user","content":"my \\"model\\": \\"${BIG}\\""}], "model" : "${BIG}", "n":1 }`;
    const headers = { "content-length": String(text.length), "idempotency-key": "once", "x-mine": "kept" };
    const asked = [
      sluice.fetch(API, { method: "POST", body: text, headers }),
      sluice.fetch(API, { method: "POST", body: new TextEncoder().encode(text), headers }),
      sluice.fetch(new Request(API, { method: "POST", body: text, headers })),
    ];
    await expect.poll(() => sluice.budgets()[0]?.inFlight ?? 0).toBeGreaterThan(0);
    for (let turn = 0; turn < 20; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      await clock.runAsync(clock.now() + 1_000);
    }
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200, 200]);
    const renamed = sent.filter(({ model }) => model === SMALL);
    const place = text.lastIndexOf(BIG);
    const expected = text.slice(0, place) + SMALL + text.slice(place + BIG.length);
    expect(renamed.map(({ body }) => body)).toEqual([expected, expected, expected]);
    for (const { headers: each } of renamed) {
      expect([each.get("content-length"), each.get("x-mine")]).toEqual([null, "kept"]);
      expect(each.get("idempotency-key")).toBe(`once-${SMALL}`);
    }
  });

  it("is the same through a dispatcher, whatever form its headers come in", async () => {
    const { clock, sluice, send, sent } = begin("a dispatcher of undici", { fallback: { [BIG]: [SMALL] } });
    const text = `{"model":"${BIG}","messages":[{"role":"user","content":"Hello."}]}`;
    const bytes = new TextEncoder().encode(text);
    const pairs = { "Content-Length": String(bytes.length), "Idempotency-Key": "once", "x-mine": "kept" };
    const forms = [pairs, Object.entries(pairs).flat(), new Map(Object.entries(pairs)), new Headers(pairs)];
    const asked = forms.map((headers, index) =>
      send(API, { method: "POST", body: index % 2 === 0 ? text : bytes, headers: headers as Record<string, string> }),
    );
    await clock.runAsync(10_000);
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const renamed = sent.filter(({ model }) => model === SMALL);
    expect(renamed.map(({ body }) => body)).toEqual(Array(4).fill(text.replace(BIG, SMALL)));
    for (const { headers } of renamed) {
      expect(Object.fromEntries(headers)).toEqual({ "idempotency-key": `once-${SMALL}`, "x-mine": "kept" });
    }
    expect(sluice.budgets().every(({ inFlight, queued }) => inFlight === 0 && queued === 0)).toBe(true);
  });
});

describe("the option fallback", () => {
  it.each([
    [{ [BIG]: [] }],
    [{ [BIG]: [BIG] }],
    [{ [BIG]: [SMALL, SMALL] }],
    [{ [BIG]: "other" }],
    [{ [BIG]: [""] }],
    [[SMALL]],
    ["other"],
  ])("refuses %j when it is built", (fallback) => {
    expect(() => createSluice({ fallback } as object)).toThrow(
      /^fallback must be an object with a list of other models/,
    );
  });
});
