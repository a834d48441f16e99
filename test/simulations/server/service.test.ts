import { describe, expect, it } from "vitest";
import {
  createService,
  createServiceFetch,
  createVirtualClock,
  exponential,
  type ServiceOptions,
  seededRandom,
} from "../../../simulations/index.js";

const CHAT = "Qwen/Qwen2.5-7B-Instruct-Turbo";
const body = (more: object = {}) =>
  JSON.stringify({ model: CHAT, messages: [{ role: "user", content: "Hello." }], ...more });

function begin(options: ServiceOptions = {}) {
  const clock = createVirtualClock();
  const service = createService({ limit: { kind: "policer" }, ...options }, clock);
  const send = createServiceFetch(service, clock);
  const ask = (more: object = {}, init: RequestInit = {}) =>
    send("http://simulated/v1/chat/completions", { method: "POST", body: body(more), ...init });
  return { clock, service, ask };
}

describe("the simulated API in virtual time", () => {
  it("follows its schedule to the instant, and integrates what could have been let in", async () => {
    const { clock, service, ask } = begin({
      limit: { kind: "policer", requestsPerSecond: 10 },
      schedule: [
        { atMs: 1_500, requestsPerSecond: 4 },
        { atMs: 4_000, outageMs: 2_000 },
        { atMs: 7_250, requestsPerSecond: 20 },
        { atMs: 7_250, model: "deepseek-ai/DeepSeek-V3", requestsPerSecond: 1 },
      ],
    });
    void ask();
    await clock.runAsync(10_000);
    const [lane] = service.state().lanes;
    // By hand: 1.5 s at 10, 2.5 s at 4, 2 s of outage, 1.25 s at 4, 2.75 s at 20.
    expect(lane?.allowed).toBeCloseTo(15 + 10 + 0 + 5 + 55, 9);
    expect(lane?.trace.map(({ allowed }) => allowed)).toEqual(
      [10, 7, 4, 4, 0, 0, 4, 16, 20, 20].map((units) => expect.closeTo(units, 9)),
    );
  });

  it("is the same to the byte for the same seed, and another for another", async () => {
    const history = async (seed: number) => {
      const { clock, service, ask } = begin({
        seed,
        limit: { kind: "together", usageWindowMs: 10_000 },
        faults: [{ kind: "status-500", share: 0.1 }],
      });
      const random = seededRandom(seed);
      const seen: string[] = [];
      const next = (): void => {
        void ask({ stream: random() < 0.5 }).then(async (response) => {
          seen.push(`${clock.now()} ${response.status} ${await response.text()}`);
        });
        if (clock.now() < 30_000) clock.after(exponential(random, 200), next);
      };
      next();
      await clock.runAsync();
      return JSON.stringify([seen, service.state()]);
    };
    const first = await history(1);
    expect(await history(1)).toBe(first);
    expect(await history(2)).not.toBe(first);
  });

  it("takes the time that its latency says, and streams as it goes", async () => {
    const { clock, ask } = begin({ latency: { firstByteMs: 300, sigma: 0, perTokenMs: 10 } });
    const times: number[] = [];
    const whole = ask({ max_tokens: 5 }).then(() => times.push(clock.now()));
    const streamed = ask({ max_tokens: 5, stream: true }).then(async (response) => {
      times.push(clock.now());
      await response.text();
      times.push(clock.now());
    });
    await clock.runAsync();
    await Promise.all([whole, streamed]);
    expect(times.sort((a, b) => a - b)).toEqual([300, 350, 350]);
  });

  it("charges the tokens of an answer when it has ended", async () => {
    const { clock, service, ask } = begin({
      limit: { kind: "policer", tokensPerSecond: 10 },
      latency: { firstByteMs: 10, sigma: 0, perTokenMs: 0, refusalMs: 1 },
    });
    const statuses: number[] = [];
    const send = () => void ask({ max_tokens: 30 }).then(({ status }) => statuses.push(status));
    send();
    clock.after(1_000, send);
    clock.after(4_000, send);
    await clock.runAsync();
    expect(statuses).toEqual([200, 429, 200]);
    expect(service.state().lanes[0]).toMatchObject({ tokensPerSecond: 10, inFlight: 0 });
  });

  it("lets so many in at once, and another as soon as one has ended", async () => {
    const { clock, service, ask } = begin({
      provider: "openai",
      limit: { kind: "policer", inFlightMax: 2 },
      latency: { firstByteMs: 1_000, sigma: 0, perTokenMs: 0, refusalMs: 1 },
    });
    const statuses: number[] = [];
    const send = () => void ask().then(({ status }) => statuses.push(status));
    for (const atMs of [0, 0, 500, 1_001]) clock.after(atMs, send);
    await clock.runAsync();
    expect(statuses).toEqual([429, 200, 200, 200]);
    expect(service.state().lanes[0]).toMatchObject({ accepted: 3, saturated: 1, throttled: 0, inFlight: 0 });
  });

  it("gives up at once where the client does, before the answer and in its middle", async () => {
    const { clock, service, ask } = begin({ latency: { firstByteMs: 100, sigma: 0, perTokenMs: 100 } });
    const ends: unknown[] = [];
    for (const [abortMs, stream] of [
      [50, false],
      [150, true],
    ] as const) {
      const left = new AbortController();
      const text = ask({ stream }, { signal: left.signal }).then((response) => response.text());
      text.catch((reason: unknown) => ends.push([clock.now(), reason]));
      clock.after(abortMs, () => left.abort(`left at ${abortMs}`));
    }
    await clock.runAsync(200);
    expect(ends).toEqual([
      [50, "left at 50"],
      [150, "left at 150"],
    ]);
    expect([service.state().lanes[0]?.inFlight, clock.pending]).toEqual([0, 0]);
  });

  it("keeps the wire's faults without a wire", async () => {
    const { clock, service, ask } = begin({ latency: { firstByteMs: 10, sigma: 0 } });
    const ends: string[] = [];
    for (const kind of ["close-early", "close-mid-body", "never-answer"] as const) {
      service.move({ fault: { kind, times: 1 } });
      ask().then(
        (response) => response.text().catch((error: Error) => ends.push(`${kind}: ${error.message}`)),
        (error: Error) => ends.push(`${kind}: ${error.message}`),
      );
    }
    await clock.runAsync();
    expect(ends).toEqual(["close-early: fetch failed", "close-mid-body: terminated"]);
  });

  it.each([
    [{ limit: { kind: "policer", requestsPerSecond: -1 } }, /^limit\.requestsPerSecond /],
    [{ limit: { kind: "policer", rps: 1 } }, /^limit\.rps unknown field/],
    [{ limit: { kind: "together", usageWindowMs: 0 } }, /^limit\.usageWindowMs /],
    [{ schedule: [{ atMs: -1 }] }, /^schedule\.0\.atMs /],
    [{ latency: { sigma: Number.NaN } }, /^latency\.sigma /],
    [{ models: [] }, /^models /],
    [{ headers: "2026" }, /^headers /],
  ])("refuses the options %j, and says where", (options, message) => {
    expect(() => begin(options as ServiceOptions)).toThrow(
      expect.objectContaining({ code: "ERR_SLUICE_OPTION", message: expect.stringMatching(message) }),
    );
  });

  it("refuses a move that makes no sense, and moves nothing", () => {
    const { service } = begin();
    expect(() => service.move({ requestsPerSecond: Number.NaN })).toThrow(/^move 1\.requestsPerSecond: /);
    expect(() => service.schedule([{ atMs: 0, outageMs: 1 }, { atMs: -1 }])).toThrow(/^move 2\.atMs: /);
    expect(service.state().isOut).toBe(false);
  });
});
