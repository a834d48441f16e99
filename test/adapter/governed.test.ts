import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { createVirtualClock, seededRandom } from "../../simulations/index.js";
import type { SluiceOptions } from "../../src/options.js";
import { createSluice } from "../../src/sluice.js";

/** The edges on the real loop, in virtual time, over a fetch that answers as it is told to. */
function setUp(below: typeof globalThis.fetch, options: SluiceOptions = {}) {
  const clock = createVirtualClock();
  const sluice = createSluice({ clock, random: seededRandom(1), fetch: below, ...options });
  return { clock, sluice };
}

const url = "https://api.example.com/v1/chat/completions";
const FAST: SluiceOptions = { control: { rateInitial: 1e6, burst: 1_000 } };

const answer = (status: number, headers: Record<string, string> = {}, body: BodyInit | null = "{}") =>
  new Response(body, { status, headers: { "content-type": "application/json", ...headers } });

/** A body that never ends. */
const endless = () => new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(8)) });

describe("the edges on the loop", () => {
  test("every request ends exactly once and leaves nothing behind, whatever befalls it", async () => {
    const fateArbitrary = fc.record({
      statuses: fc.array(fc.constantFrom(200, 200, 200, 429, 503, 500, 404, 0, -1), { minLength: 1, maxLength: 4 }),
      door: fc.constantFrom("fetch", "schedule", "nested"),
      reading: fc.constantFrom("json", "text", "cancel", "clone", "stream"),
      abortAtMs: fc.option(fc.integer({ min: 0, max: 4_000 }), { nil: undefined }),
      at: fc.integer({ min: 0, max: 2_000 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fateArbitrary, { minLength: 1, maxLength: 12 }), async (fates) => {
        const left = new Map<string, number[]>();
        const below: typeof globalThis.fetch = async (input, init) => {
          const status = left.get(String(input))?.shift() ?? 200;
          if (status === 0) throw new TypeError("fetch failed");
          if (status > 0) return answer(status);
          // It never answers: only its signal ends it.
          return new Promise((_resolve, reject) => {
            init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
          });
        };
        const { clock, sluice } = setUp(below, {
          concurrencyMax: 3,
          attemptTimeoutMs: 5_000,
          retry: { attemptsMax: 3 },
        });
        const ends = fates.map(() => 0);
        const running = fates.map(async (fate, index) => {
          await new Promise<void>((resolve) => clock.after(fate.at, resolve));
          const controller = new AbortController();
          if (fate.abortAtMs !== undefined) clock.after(fate.abortAtMs, () => controller.abort(new Error("aborted")));
          const address = `${url}?${index}`;
          left.set(address, [...fate.statuses]);
          const { signal } = controller;
          const sent =
            fate.door === "fetch"
              ? sluice.fetch(address, { signal })
              : sluice.schedule(
                  (attempt) =>
                    fate.door === "nested"
                      ? sluice.fetch(address, { signal: attempt.signal })
                      : below(address, { signal: attempt.signal }),
                  { signal },
                );
          await sent.then((response) => read(response, fate.reading)).catch(() => {});
          ends[index] = (ends[index] ?? 0) + 1;
        });
        await clock.runAsync();
        await Promise.all(running);
        expect(ends).toEqual(fates.map(() => 1));
        expect(sluice.budgets().every(({ queued, inFlight }) => queued === 0 && inFlight === 0)).toBe(true);
        await sluice.close();
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  test("a Retry-After of a year ends the request with the refusal itself, and holds the key", async () => {
    const { clock, sluice } = setUp(async () => answer(429, { "retry-after": "31536000" }, '{"error":"later"}'));
    const response = await sluice.fetch(url);
    expect([response.status, response.headers.get("x-should-retry")]).toEqual([429, "false"]);
    expect(await response.text()).toBe('{"error":"later"}');
    const late = await sluice.with({ deadlineMs: 60_000 }, () => sluice.fetch(url));
    expect(late.status).toBe(429);
    expect(await late.json()).toMatchObject({
      error: { type: "rate_limit_error", code: expect.stringMatching(/^ERR_SLUICE_(?:DEADLINE|EXHAUSTED)$/) },
    });
    await sluice.close();
    expect(clock.pending).toBe(0);
  });

  test.each([
    ["a limit of 0", { "x-ratelimit-limit": "0", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "0" }],
    ["a reset in 1970", { "x-ratelimit-limit": "10", "x-ratelimit-remaining": "5", "x-ratelimit-reset": "12" }],
    ["garbage", { "x-ratelimit-limit": "NaN, -;;", "x-ratelimit-remaining": "🦆".slice(0, 0), "retry-after": "soon" }],
  ])("headers with %s stop nothing", async (_what, headers) => {
    const { clock, sluice } = setUp(async () => answer(200, headers));
    const all = Promise.all(
      Array.from({ length: 5 }, async () => (await sluice.fetch(url)).json().then(() => clock.now())),
    );
    await clock.runAsync(600_000);
    expect(Math.max(...(await all))).toBeLessThan(600_000);
    await sluice.close();
  });

  test("a server that never answers: each try ends at its time, and the last one's error is the request's", async () => {
    const below: typeof globalThis.fetch = (_input, init) =>
      new Promise((_resolve, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)));
    const { clock, sluice } = setUp(below, { attemptTimeoutMs: 1_000, retry: { attemptsMax: 2 } });
    const ended = sluice.fetch(url).catch((error: unknown) => error);
    await clock.runAsync();
    expect(await ended).toMatchObject({ code: "ERR_SLUICE_TIMEOUT" });
    expect(clock.now()).toBeGreaterThanOrEqual(2_500);
  });

  test("a deadline ends a request in flight with a 429 that an SDK won't retry, and the fetch underneath hears of it", async () => {
    const aborted: unknown[] = [];
    const below: typeof globalThis.fetch = (_input, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener("abort", () => {
          aborted.push(init.signal?.reason);
          reject(init.signal?.reason);
        });
      });
    const { clock, sluice } = setUp(below, FAST);
    const sent = sluice.with({ deadlineMs: 300 }, () => sluice.fetch(url));
    await clock.runAsync(299);
    expect(aborted).toEqual([]);
    await clock.runAsync(400);
    const response = await sent;
    expect([response.status, response.headers.get("x-should-retry")]).toEqual([429, "false"]);
    expect(await response.json()).toMatchObject({ error: { code: "ERR_SLUICE_DEADLINE" } });
    expect(aborted).toMatchObject([{ code: "ERR_SLUICE_DEADLINE" }]);
    expect(sluice.budgets()[0]).toMatchObject({ inFlight: 0, overloaded: 0 });
    const thrown = setUp(below, { ...FAST, onReject: "throw" });
    const failed = thrown.sluice.with({ deadlineMs: 300 }, () => thrown.sluice.fetch(url)).catch((error) => error);
    await thrown.clock.runAsync(400);
    expect(await failed).toMatchObject({ code: "ERR_SLUICE_DEADLINE", attempts: 1, status: 429 });
  });

  test("a large body is not parsed on its way, and the model in it is found all the same", async () => {
    const { clock, sluice } = setUp(async () => answer(200), FAST);
    const content = "x".repeat(2_000_000);
    const body = JSON.stringify({ messages: [{ role: "user", content }], model: "large" });
    const parse = vi.spyOn(JSON, "parse");
    try {
      const sent = sluice.fetch(url, { method: "POST", body });
      await clock.runAsync(1_000);
      await sent;
      expect(parse.mock.calls.filter(([text]) => text.length > 1_000)).toEqual([]);
    } finally {
      parse.mockRestore();
    }
    expect(sluice.budgets().map(({ key }) => key)).toEqual(["https://api.example.com||large"]);
  });

  test("a body that nobody reads gives its slot to who waits, in the end", async () => {
    const { clock, sluice } = setUp(async () => answer(200, {}, endless()), { ...FAST, concurrencyMax: 1 });
    const first = await sluice.fetch(url);
    expect(first.status).toBe(200);
    const second = sluice.fetch(url).then(() => clock.now());
    await clock.runAsync();
    const sentAtMs = await second;
    expect(sentAtMs).toBeGreaterThanOrEqual(300_000);
    expect(sentAtMs).toBeLessThan(310_000);
  });

  test("a governed fetch inside a task doesn't wait for the slot that the task holds", async () => {
    const { clock, sluice } = setUp(async () => answer(200), { ...FAST, concurrencyMax: 1 });
    const both = Promise.all(
      [1, 2].map(() =>
        sluice.schedule(async () => {
          await Promise.resolve();
          return (await sluice.fetch(url)).status;
        }),
      ),
    );
    await clock.runAsync();
    expect(await both).toEqual([200, 200]);
  });

  test("tasks that throw at once, thousands of them, leave the stack alone", async () => {
    const { clock, sluice } = setUp(async () => answer(200), { ...FAST, concurrencyMax: 1 });
    let ended = 0;
    const error = new Error("at once");
    for (let index = 0; index < 5_000; index += 1) {
      sluice
        .schedule(() => {
          throw error;
        })
        .catch(() => {
          ended += 1;
        });
    }
    await clock.runAsync();
    expect(ended).toBe(5_000);
  });

  test("hostile model names stay short, and many of them don't stay", async () => {
    const { clock, sluice } = setUp(async () => answer(200), { ...FAST, keysMax: 10 });
    for (let index = 0; index < 50; index += 1) {
      const body = JSON.stringify({ model: `${index}\u0000${"x".repeat(10_000)}` });
      const sent = sluice.fetch(url, { method: "POST", body }).then((response) => response.text());
      await clock.runAsync();
      await sent;
    }
    const keys = new Set(sluice.budgets().map(({ key }) => key));
    expect(keys.size).toBeLessThanOrEqual(11);
    expect(Math.max(...[...keys].map((key) => key.length))).toBeLessThan(200);
  });

  test("a stream of a thousand inputs through map, on a slow server", async () => {
    const { clock, sluice } = setUp(async () => answer(200), FAST);
    const results: number[] = [];
    const run = (async () => {
      const inputs = Array.from({ length: 1_000 }, (_none, index) => index);
      for await (const result of sluice.map(
        inputs,
        async (input) => {
          await new Promise<void>((resolve) => clock.after(100, resolve));
          return input;
        },
        { ordered: true },
      ))
        results.push(result);
    })();
    await clock.runAsync();
    await run;
    expect(results).toEqual([...results.keys()]);
    expect(results).toHaveLength(1_000);
  });
});

async function read(response: Response, reading: string): Promise<void> {
  if (reading === "json") await response.json();
  else if (reading === "text") await response.text();
  else if (reading === "cancel") await response.body?.cancel();
  else if (reading === "clone") await Promise.all([response.clone().text(), response.text()]);
  else for await (const chunk of response.body ?? []) void chunk;
}
