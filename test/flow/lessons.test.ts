import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { readSignal } from "../../src/dialect/read.js";
import { answer, later, outcomeOf, virtualSluice } from "./server.js";

const FAST = { control: { rateInitial: 1_000, burst: 1_000 } } as const;
const SLOW = { control: { rateInitial: 1, rateMax: 1, burst: 1 } } as const;
const URL = "https://api.example.com/v1/chat/completions";

/** What limiters, SDKs and gateways have got wrong in public, each as the behaviour that it should have been. */
describe("what others have run into", () => {
  it("hints longer than the time between two refusals don't freeze the rate below the limit", async () => {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 4 }, retry: { attemptsMax: 10_000 } });
    let tokens = 0;
    let refilledAtMs = 0;
    const policer = () => {
      tokens = Math.min(10, tokens + (clock.now() - refilledAtMs) / 100);
      refilledAtMs = clock.now();
      if (tokens < 1) return answer(429, { "retry-after": "30" });
      tokens -= 1;
      return answer(200);
    };
    const rates: number[] = [];
    const again = (): unknown => sluice.schedule(() => later(clock, 100, policer())).then(again);
    for (let index = 0; index < 20; index++) again();
    while (clock.now() < 900_000) {
      await clock.runAsync(clock.now() + 5_000);
      if (clock.now() > 300_000) rates.push(sluice.budgets()[0]?.ratePerSecond ?? 0);
    }
    rates.sort((a, b) => a - b);
    expect(rates[rates.length >> 1]).toBeGreaterThan(8);
  });

  /** Sixty requests to a server that refuses the tries of these numbers and asks each time for 20 s; when each was sent. */
  async function sendsAround(refused: readonly number[]): Promise<readonly number[]> {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 10, burst: 1 } });
    const sentAt: number[] = [];
    for (let index = 0; index < 60; index++) {
      void sluice.schedule(() => {
        sentAt.push(clock.now());
        const isRefused = refused.includes(sentAt.length);
        return later(clock, 10, isRefused ? answer(429, { "retry-after": "20" }) : answer(200));
      });
    }
    await clock.runAsync(60_000);
    return sentAt;
  }

  it("nobody's moment is fixed ahead: a second stated wait in a row holds all that wait already", async () => {
    const sentAt = await sendsAround([5, 6]);
    const [first = 0, second = 0, next = 0] = sentAt.slice(4);
    expect(second - first).toBeLessThan(1_000);
    expect(next - second).toBeGreaterThanOrEqual(20_000);
  });

  it("a stated wait isn't everybody's where others were let in meanwhile", async () => {
    const sentAt = await sendsAround([5, 12]);
    const [second = 0, next = 0] = sentAt.slice(11);
    expect(next - second).toBeLessThan(1_000);
  });

  it("of calls made at once no more pass than the burst, however many ask in one turn", async () => {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 1, rateMax: 1 } });
    let sent = 0;
    for (let index = 0; index < 100; index++) void sluice.schedule(() => later(clock, 60_000, void sent++));
    expect(sent).toBe(5);
    await clock.runAsync(3_500);
    expect(sent).toBe(8);
  });

  it("neither an error of the sender's nor an answer that is one is congestion", async () => {
    const problem = { error: { type: "invalid_request_error", message: "no such role" } };
    const stream = `event: error\ndata: ${JSON.stringify(problem)}\n\n`;
    const kinds: (() => Response)[] = [
      ...[400, 401, 403, 404, 409, 422].map((status) => () => Response.json(problem, { status })),
      () => Response.json(problem),
      () => new Response(stream, { headers: { "content-type": "text/event-stream" } }),
    ];
    for (const kind of kinds) {
      let asked = 0;
      const fetch = async () => {
        asked += 1;
        return kind();
      };
      const { clock, sluice } = virtualSluice({ control: { rateInitial: 10 }, fetch });
      const all = Array.from({ length: 20 }, async () => (await sluice.fetch(URL)).text());
      await clock.runAsync(10_000);
      await Promise.all(all);
      expect(asked).toBe(20);
      expect(sluice.budgets()[0]).toMatchObject({ throttled: 0, overloaded: 0, inFlight: 0 });
      expect(sluice.budgets()[0]?.ratePerSecond).toBeGreaterThanOrEqual(10);
    }
  });

  it("tasks that fail for reasons of their own, however many, are no outage of the server", async () => {
    const { clock, sluice } = virtualSluice({ control: { rateInitial: 10 } });
    const mine = new RangeError("mine");
    const all = Array.from({ length: 60 }, () =>
      outcomeOf(
        clock,
        sluice.schedule(() => Promise.reject(mine)),
      ),
    );
    await clock.runAsync(60_000);
    for (const { error, atMs } of await Promise.all(all)) {
      expect(error).toBe(mine);
      expect(atMs).toBeLessThan(10_000);
    }
    expect(sluice.budgets()).toMatchObject([{ phase: "start", accepted: 0, throttled: 0, overloaded: 0 }]);
    expect(sluice.budgets()[0]?.ratePerSecond).toBeGreaterThanOrEqual(10);
  });

  it("retries are sends like any other: however many are refused, the pace is kept", async () => {
    const { clock, sluice } = virtualSluice(SLOW);
    const sentAt: number[] = [];
    for (let index = 0; index < 6; index++) {
      void sluice.schedule(async ({ number }) => {
        sentAt.push(clock.now());
        return answer(number === 1 ? 429 : 200);
      });
    }
    await clock.runAsync(600_000);
    expect(sentAt).toHaveLength(12);
    for (const [index, atMs] of sentAt.slice(1).entries()) {
      expect(atMs - (sentAt[index] ?? 0)).toBeGreaterThanOrEqual(1_000);
    }
  });

  it("a prompt isn't sent again to an account that is out of money", async () => {
    let asked = 0;
    const fetch = async () => {
      asked += 1;
      const error = { type: "insufficient_quota", code: "insufficient_quota", message: "You exceeded your quota" };
      return Response.json({ error }, { status: 429, headers: { "retry-after": "1" } });
    };
    const { clock, sluice } = virtualSluice({ ...FAST, fetch });
    const first = sluice.fetch(URL, { method: "POST", body: "a long prompt" });
    await clock.runAsync(1_000);
    const second = sluice.fetch(URL, { method: "POST", body: "another" });
    await clock.runAsync(30_000);
    expect([(await first).status, (await second).status, asked]).toEqual([429, 429, 1]);
  });

  it("a stream that was sent is gone: its refusal is the answer", async () => {
    const bodies = {
      stream: () => new ReadableStream({ start: (controller) => controller.close() }),
      iterator: async function* () {
        yield new Uint8Array(1);
      },
    };
    for (const make of Object.values(bodies)) {
      let asked = 0;
      const fetch = async () => {
        asked += 1;
        return new Response("", { status: 429 });
      };
      const { clock, sluice } = virtualSluice({ ...FAST, fetch });
      const sent = sluice.fetch(URL, { method: "POST", body: make() as ReadableStream, duplex: "half" } as RequestInit);
      await clock.runAsync(60_000);
      expect([(await sent).status, asked]).toEqual([429, 1]);
    }
  });

  it("an abort takes out the request, and not its promise alone: who stands behind it goes at once", async () => {
    const quotas = [{ dimension: "tokens", limit: "x-limit", remaining: "x-left", windowMs: 60_000 }];
    const { clock, sluice } = virtualSluice({ provider: { name: "ours", quotas }, control: { rateInitial: 100 } });
    const headers = { "x-limit": "60", "x-left": "0" };
    const controller = new AbortController();
    const sent: string[] = [];
    const send = (name: string, options = {}) =>
      outcomeOf(
        clock,
        sluice.schedule(async () => {
          sent.push(name);
          return answer(200, headers);
        }, options),
      );
    void send("first");
    await clock.runAsync(10);
    void send("large", { cost: { tokens: 3_000 } });
    await clock.runAsync(500);
    // It waits for its tokens, and those behind it wait for their turn.
    const aborted = send("aborted", { cost: { tokens: 1 }, signal: controller.signal });
    const behind = send("behind");
    await clock.runAsync(1_000);
    expect(sent).toEqual(["first", "large"]);
    controller.abort(new Error("enough"));
    expect(sluice.budgets()[0]).toMatchObject({ queued: 0 });
    await clock.runAsync(1_000);
    expect(await aborted).toMatchObject({ error: { message: "enough" }, atMs: 1_000 });
    expect(await behind).toMatchObject({ value: { status: 200 }, atMs: 1_000 });
    await clock.runAsync(600_000);
    expect(sent).toEqual(["first", "large", "behind"]);
  });

  it("what was learnt of a key outlives a refusal, and a key for which somebody waits outlives any number of others", async () => {
    const { clock, sluice } = virtualSluice({ keysMax: 2, keyIdleMs: 60_000, control: { rateInitial: 10, burst: 1 } });
    const answers = [answer(429), answer(429, { "retry-after": "3000" })];
    const waiting = [1, 2, 3].map(() =>
      outcomeOf(
        clock,
        sluice.schedule(async () => answers.shift() ?? answer(200), { key: "k" }),
      ),
    );
    await clock.runAsync(1_000);
    for (let index = 0; index < 1_000; index++)
      void sluice.schedule(async () => answer(200), { key: `other ${index}` });
    await clock.runAsync(3_000_000);
    const row = sluice.budgets().find(({ key }) => key === "k");
    expect(row).toMatchObject({ throttled: 2, queued: 2 });
    expect(row?.ratePerSecond).toBeLessThan(10);
    await clock.runAsync(3_100_000);
    expect(await Promise.all(waiting)).toMatchObject([
      { error: { code: "ERR_SLUICE_EXHAUSTED" } },
      { value: { status: 200 } },
      { value: { status: 200 } },
    ]);
  });

  it("requests that are alike in everything are as many as were made", async () => {
    const { clock, sluice } = virtualSluice(FAST);
    let sent = 0;
    const task = async () => ++sent;
    const options = { key: "k", tenant: "t", cost: { tokens: 1 } };
    const all = Promise.all(Array.from({ length: 10 }, () => sluice.schedule(task, options)));
    await clock.runAsync(1_000);
    expect(await all).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it("a signal that is given to all requests has one listener at most, and none when they are through", async () => {
    const { clock, sluice } = virtualSluice(FAST);
    const { signal } = new AbortController();
    const listeners: number[] = [];
    const all = Array.from({ length: 1_000 }, (_, index) =>
      outcomeOf(
        clock,
        sluice.schedule(
          async () => {
            listeners.push(getEventListeners(signal, "abort").length);
            return answer(index % 7 === 0 ? 400 : 200);
          },
          { signal },
        ),
      ),
    );
    await clock.runAsync(10_000);
    await Promise.all(all);
    expect(listeners).toHaveLength(1_000);
    expect(Math.max(...listeners)).toBe(1);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("a number in a text is no status", () => {
    const message = "upstream said 429 Too Many Requests: rate limit, overloaded 503";
    for (const status of [400, 404, 422, 500]) {
      const { outcome } = readSignal({ status, headers: {}, body: { error: { message } } });
      expect([status, outcome]).toEqual([status, status === 500 ? "overloaded" : "failed"]);
    }
  });
});
