import { describe, expect, it } from "vitest";
import { createService, createServiceFetch, createVirtualClock, type ServiceOptions } from "../../simulations/index.js";
import { sluiceMiddleware } from "../../src/adapter/anthropic.js";
import type { SluiceOptions } from "../../src/index.js";
import { createSluice } from "../../src/index.js";

const URL = "http://simulated/v1/messages";

/** What the SDK does around its middleware: the request in its own form, and a `next` that really sends it. */
function setUp(service: ServiceOptions = {}, options: SluiceOptions = {}) {
  const clock = createVirtualClock();
  const api = createService({ provider: "anthropic", limit: { kind: "policer" }, ...service }, clock);
  const send = createServiceFetch(api, clock);
  const sluice = createSluice({ clock, provider: "anthropic", key: () => "claude", ...options });
  const middleware = sluiceMiddleware(sluice);
  const sent: { url: string; init: RequestInit }[] = [];
  const next = ({ url, ...init }: ReturnType<typeof request>) => {
    sent.push({ url, init });
    return send(url, init);
  };
  const ask = (own: Partial<ReturnType<typeof request>> = {}) => middleware({ ...request(), ...own }, next);
  return { clock, sluice, sent, ask, api };
}

function request(more: object = {}) {
  const body = { model: "claude-haiku-4-5", max_tokens: 8, messages: [{ role: "user", content: "Hello." }], ...more };
  return {
    url: URL,
    method: "POST",
    headers: new Headers({ "x-api-key": "sk-mine", "anthropic-version": "2023-06-01" }),
    body: JSON.stringify(body),
    signal: null as AbortSignal | null,
  };
}

describe("sluiceMiddleware", () => {
  it("sends what it was handed, as it was, at its moment, and gives back the response", async () => {
    const { clock, sent, ask, sluice } = setUp();
    const answered = ask();
    await clock.runAsync();
    const response = await answered;
    expect(await response.json()).toMatchObject({ type: "message", role: "assistant" });
    expect(sent).toHaveLength(1);
    expect(sent[0]?.url).toBe(URL);
    const { signal: _, ...init } = sent[0]?.init ?? {};
    const { url: __, signal: ___, ...own } = request();
    expect(init).toEqual(own);
    expect(sluice.budgets()).toMatchObject([{ key: "claude", accepted: 1, inFlight: 0 }]);
  });

  it("paces, and tries again what was refused: `next` is called for each try", async () => {
    const { clock, sent, ask, api } = setUp({ limit: { kind: "policer", requestsPerSecond: 2 }, headers: "none" });
    const answers = Promise.all(Array.from({ length: 12 }, () => ask().then((response) => response.text())));
    await clock.runAsync(60_000);
    expect(await answers).toHaveLength(12);
    const [lane] = api.state().lanes;
    expect(lane).toMatchObject({ accepted: 12 });
    expect(lane?.throttled).toBeGreaterThan(0);
    expect(sent).toHaveLength(12 + (lane?.throttled ?? 0));
  });

  it("refuses what can't go in time with a 429 that the SDK doesn't try again, without calling `next`", async () => {
    const { clock, sluice, sent, ask } = setUp();
    sluice.pause();
    const refused = sluice.with({ deadlineMs: 50 }, () => ask());
    await clock.runAsync(100);
    const response = await refused;
    expect([response.status, response.headers.get("x-should-retry")]).toEqual([429, "false"]);
    expect(await response.json()).toMatchObject({ error: { code: "ERR_SLUICE_DEADLINE" } });
    expect(sent).toEqual([]);
  });

  it("rejects with the caller's own reason where they abort in the queue, and frees the place", async () => {
    const { clock, sluice, sent, ask } = setUp();
    sluice.pause();
    const controller = new AbortController();
    const given = ask({ signal: controller.signal });
    await clock.runAsync(10);
    const reason = new Error("not needed any more");
    controller.abort(reason);
    await expect(given).rejects.toBe(reason);
    expect(sluice.budgets()).toMatchObject([{ queued: 0 }]);
    expect(sent).toEqual([]);
  });

  it("hands on the error of `next` itself, which the SDK knows as its own", async () => {
    const { clock, sluice } = setUp();
    const error = new Error("no such thing");
    const failed = sluiceMiddleware(sluice)(request(), () => Promise.reject(error));
    failed.catch(() => {});
    await clock.runAsync();
    await expect(failed).rejects.toBe(error);
  });

  it("takes nothing but a sluice of this package", () => {
    expect(() => sluiceMiddleware({ ...setUp().sluice })).toThrow(
      expect.objectContaining({ code: "ERR_SLUICE_OPTION" }),
    );
  });
});
