import { describe, expect, it } from "vitest";
import {
  createService,
  createServiceFetch,
  createVirtualClock,
  type HeaderEra,
  type LimitSpec,
  type ServiceOptions,
} from "../../../simulations/index.js";
import { readSignal } from "../../../src/dialect/read.js";
import type { Signal } from "../../../src/signal/signal.js";

const CHAT = "Qwen/Qwen2.5-7B-Instruct-Turbo";

/** What a client reads of so many requests at once, in virtual time. */
async function signalsOf(options: ServiceOptions, count: number): Promise<Signal[]> {
  const clock = createVirtualClock();
  const latency = { firstByteMs: 10, sigma: 0, perTokenMs: 0, refusalMs: 10 };
  const ask = createServiceFetch(createService({ latency, ...options }, clock), clock);
  const body = JSON.stringify({ model: CHAT, messages: [{ role: "user", content: "Hello." }] });
  const signals = Array.from({ length: count }, async () => {
    const { status, headers, ...response } = await send();
    const provider = options.provider ?? "together";
    return readSignal({ status, headers, body: response.body, receivedAtMs: clock.wallNow() }, { provider });
  });
  async function send() {
    const response = await ask("http://simulated/v1/chat/completions", { method: "POST", body });
    return { status: response.status, headers: response.headers, body: await response.text() };
  }
  await clock.runAsync();
  return Promise.all(signals);
}

const together = (headers: HeaderEra, more: Partial<Extract<LimitSpec, { kind: "together" }>> = {}) =>
  signalsOf({ headers, limit: { kind: "together", requests: { base: 4 }, ...more } }, 5);

describe("what a client reads of Together, era by era", () => {
  it("every: the limit, what remains and the reset on each response", async () => {
    const signals = await together("every");
    expect(signals.map(({ outcome }) => outcome)).toEqual([...Array(4).fill("accepted"), "throttled"]);
    expect(signals[0]?.quotas[0]).toMatchObject({ dimension: "requests", limit: 4, remaining: 3, resetInMs: 1_000 });
    expect(signals[0]?.quotas[1]).toMatchObject({ dimension: "requests", scope: "dynamic", limit: 4, remaining: 3 });
    expect(signals[4]).toMatchObject({ refused: { dimension: "requests" } });
    expect(signals[4]?.quotas[0]).toMatchObject({ limit: 4, remaining: 0 });
  });

  it("every: a rate that isn't whole is told with its decimals", async () => {
    const [first] = await together("every", { requests: { base: 1.625 } });
    expect(first?.quotas[0]).toMatchObject({ limit: 1.625, remaining: 0 });
  });

  it("every, with tokens: both limits, and the one that refused", async () => {
    const signals = await together("every", { tokens: { base: 5, cap: 5 } });
    expect(signals[0]?.quotas.find(({ dimension }) => dimension === "tokens")).toMatchObject({
      limit: 5,
      remaining: 3,
    });
    expect(signals[4]).toMatchObject({ outcome: "throttled", refused: { dimension: "tokens" } });
  });

  it("refusals: nothing on a success, a wait on a 429", async () => {
    const signals = await together("refusals");
    expect(signals[0]).toEqual({ outcome: "accepted", quotas: [] });
    expect(signals[4]).toMatchObject({ outcome: "throttled", retryAfterMs: 1_000 });
    expect(signals[4]?.quotas.every(({ limit }) => limit === undefined)).toBe(true);
  });

  it("2025: twice the limit remains, and the Retry-After of a success means nothing", async () => {
    const signals = await together("2025");
    expect(signals[0]).toMatchObject({ outcome: "accepted", quotas: [{ limit: 4, remaining: 7, windowMs: 1_000 }] });
    expect(signals[0]).not.toHaveProperty("retryAfterMs");
  });

  it("none: only what the status and the body say", async () => {
    const signals = await together("none");
    expect(signals[4]).toMatchObject({ outcome: "throttled", refused: { dimension: "requests" }, quotas: [] });
    expect(signals[4]).not.toHaveProperty("retryAfterMs");
  });

  it.each(["every", "refusals", "none", "2025"] as const)(
    "%s: a lack of capacity is no throttling",
    async (headers) => {
      const signals = await together(headers, { capacityPerSecond: 1, smoothingMs: 0 });
      expect(signals.map(({ outcome }) => outcome)).toEqual([
        "accepted",
        "overloaded",
        "overloaded",
        "overloaded",
        headers === "2025" ? "overloaded" : "throttled",
      ]);
    },
  );
});

describe("what a client reads of others", () => {
  it.each(["openai", "anthropic", "groq", "azure", "fireworks", "ietf", "express", "kong", "mistral"])(
    "%s: a limit that says what there is, and a refusal that says it was one",
    async (provider) => {
      const limit = { kind: "policer", requestsPerSecond: 2, depthMs: 1_000, windowMs: 60_000 } as const;
      const [first, , third] = await signalsOf({ provider, limit }, 3);
      expect(first?.outcome).toBe("accepted");
      const requests = first?.quotas.find(({ dimension }) => dimension === "requests");
      // Fireworks states tokens alone.
      if (provider !== "fireworks") expect(requests).toMatchObject({ limit: 120, remaining: 119 });
      expect(third?.outcome).toBe("throttled");
      expect(third?.retryAfterMs ?? 0).toBeLessThanOrEqual(60_000);
    },
  );

  it.each(["together", "openai", "deepseek"])(
    "%s: too many at once is no rate, and one that ends makes room",
    async (provider) => {
      const signals = await signalsOf({ provider, limit: { kind: "policer", inFlightMax: 2 } }, 3);
      expect(signals.map(({ outcome }) => outcome)).toEqual(["accepted", "accepted", "saturated"]);
    },
  );

  it("refuses a provider that nobody knows, and an era that it never had", () => {
    const clock = createVirtualClock();
    expect(() => createService({ provider: "acme" }, clock)).toThrow(/provider must be one of together, .*got 'acme'/);
    expect(() => createService({ provider: "openai", headers: "2025" }, clock)).toThrow(/known of together alone/);
  });
});
