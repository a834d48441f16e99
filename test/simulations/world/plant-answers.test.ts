import { describe, expect, it } from "vitest";
import type { HeaderSpec } from "../../../simulations/server/speech.js";
import { type Answer, createPlant, type ServerSpec } from "../../../simulations/world/plant.js";
import { readSignal } from "../../../src/dialect/read.js";
import type { Signal } from "../../../src/signal/signal.js";

const ONE = { key: "one", cost: {} };
const TEN = { kind: "policer", requestsPerSecond: 10 } as const;

/** What so many tries get that come at this distance. */
function answersOf(server: ServerSpec, count: number, gapMs = 100): Answer[] {
  const plant = createPlant(server, "1");
  return Array.from({ length: count }, (_, index) => plant.arrive(index * gapMs, "model", ONE));
}

/** What a client reads of them who knows the provider. */
function signalsOf(headers: HeaderSpec, count: number, server: Partial<ServerSpec> = {}, gapMs = 100): Signal[] {
  const limit = { kind: "policer", requestsPerSecond: 10, depthMs: 60_000 } as const;
  return answersOf({ limit, ...server, headers }, count, gapMs).map(({ facts }) => {
    if (facts === undefined) throw new Error("no answer");
    return readSignal(facts, { provider: headers.provider });
  });
}

const requestsOf = (signal: Signal | undefined) => signal?.quotas.find(({ dimension }) => dimension === "requests");

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

describe("answers", () => {
  it.each([
    ["fast", 70, 0],
    ["stream", 500, 6_000],
    ["mid", 4_000, 0],
    ["long", 20_000, 0],
  ] as const)("%s take what they are said to take", (like, headersMs, bodyMs) => {
    const answers = answersOf({ limit: TEN, answers: { like } }, 2_001);
    expect(median(answers.map((answer) => answer.headersAfterMs)) / headersMs).toBeCloseTo(1, 1);
    const body = median(answers.map((answer) => answer.bodyMs(100)));
    if (bodyMs === 0) expect(body).toBe(0);
    else expect(body / bodyMs).toBeCloseTo(1, 1);
  });

  it("stream at the pace of their tokens", () => {
    const [answer] = answersOf({ limit: TEN, answers: { like: "stream", tokensPerSecond: 50 } }, 1);
    expect(answer?.bodyMs(200)).toBe(4_000);
  });

  it("have a slow tail where they are told to", () => {
    const answers = answersOf({ limit: TEN, answers: { sigma: 0, slowShare: 0.1, slowFactor: 5 } }, 2_000);
    const slow = answers.filter(({ headersAfterMs }) => headersAfterMs === 10_000).length;
    expect(slow / 2_000).toBeGreaterThan(0.08);
    expect(slow / 2_000).toBeLessThan(0.12);
  });

  it("refuse soon or late, and a lack of capacity takes three to five tenths of a second", () => {
    const late = answersOf({ limit: TEN, answers: { refusalMs: 2_000 } }, 50, 10).filter(
      (each) => each.outcome !== "accepted",
    );
    expect(late.length).toBeGreaterThan(20);
    for (const { headersAfterMs } of late) expect(Math.abs(headersAfterMs - 2_000)).toBeLessThanOrEqual(400);
    for (const { headersAfterMs } of answersOf({ limit: TEN, faults: [{ kind: "status-503" }] }, 50)) {
      expect(Math.abs(headersAfterMs - 400)).toBeLessThanOrEqual(100);
    }
  });

  it("reorder tries on their way, or keep them in line", () => {
    const overtaken = (isReordered: boolean): number => {
      const plant = createPlant({ limit: TEN, answers: { uplinkMs: 30, isReordered } }, "1");
      const arrivals = Array.from({ length: 500 }, (_, sentAtMs) => sentAtMs + plant.uplinkMs(sentAtMs, "model"));
      return arrivals.filter((atMs, index) => atMs < (arrivals[index - 1] ?? 0)).length;
    };
    expect(overtaken(true)).toBeGreaterThan(100);
    expect(overtaken(false)).toBe(0);
  });
});

describe("headers", () => {
  it("none: a status, and nothing more", () => {
    const [first] = answersOf({ limit: TEN }, 1);
    expect(first?.facts).toEqual({ status: 200, headers: {} });
  });

  it("tell the budget as it stands, at its reset's true instant", () => {
    const [first, second] = signalsOf({ provider: "openai" }, 2);
    expect(requestsOf(first)).toMatchObject({ limit: 600, remaining: 599, resetInMs: expect.closeTo(100, -1) });
    expect(requestsOf(second)).toMatchObject({ remaining: 599 });
  });

  it("tell resets that are instants by the server's own date", () => {
    const limit = { kind: "window", requestsPerSecond: 10 } as const;
    const signals = signalsOf({ provider: "github" }, 3, { limit, answers: { like: "fast" } }, 20_000);
    for (const [index, signal] of signals.entries()) {
      const leftMs = 60_000 - index * 20_000;
      expect(Math.abs((requestsOf(signal)?.resetInMs ?? 0) - leftMs)).toBeLessThanOrEqual(1_100);
    }
  });

  it("show the host where clients may know it", () => {
    const [first] = answersOf({ limit: TEN, headers: { provider: "openai", isHostKnown: true } }, 1);
    expect(first?.facts?.host).toBe("api.openai.com");
  });

  it.each([
    ["ceil", 57_000],
    ["floor", 56_000],
    ["none", 56_800],
  ] as const)("round resets: %s", (rounding, resetInMs) => {
    const limit = { kind: "window", requestsPerSecond: 10, phaseMs: 56_800 } as const;
    const [first] = signalsOf({ provider: "openai", rounding }, 1, { limit });
    expect(requestsOf(first)?.resetInMs).toBe(resetInMs);
  });
});

describe("lies", () => {
  const told = (lies: NonNullable<HeaderSpec["lies"]>, count = 1, gapMs = 100) =>
    signalsOf({ provider: "openai", lies }, count, {}, gapMs).map(requestsOf);

  it("scaled: twice too high, only while it is told", () => {
    const [before, during, after] = told([{ kind: "scaled", factor: 2, fromMs: 1_000, untilMs: 2_000 }], 3, 1_000);
    expect([before?.limit, during?.limit, after?.limit]).toEqual([600, 1_200, 600]);
    expect(during?.remaining).toBe(1_198);
  });

  it("offset: half of it hidden, and never below nothing", () => {
    expect(told([{ kind: "offset", units: -599.5 }])[0]).toMatchObject({ limit: 0.5, remaining: 0 });
  });

  it("constant: the same for ever", () => {
    const quotas = told([{ kind: "constant", limit: 1_200, remaining: 1_200, resetInMs: 0 }], 20);
    expect(new Set(quotas.map((quota) => `${quota?.limit} ${quota?.remaining}`))).toEqual(new Set(["1200 1200"]));
  });

  it("stale: as it was a while ago", () => {
    const quotas = told([{ kind: "stale", byMs: 500 }], 20, 10);
    expect(quotas.map((quota) => quota?.remaining)).toEqual(Array(20).fill(599));
    const later = told([{ kind: "stale", byMs: 50 }], 20, 10).map((quota) => quota?.remaining);
    const truth = told([], 20, 10).map((quota) => quota?.remaining);
    expect(later.slice(5)).toEqual(truth.slice(0, 15));
  });

  it("vanishing: there, gone, and there again", () => {
    const quotas = told([{ kind: "vanishing", everyMs: 1_000 }], 30, 100);
    expect(quotas.map((quota) => quota !== undefined)).toEqual([
      ...Array(10).fill(true),
      ...Array(10).fill(false),
      ...Array(10).fill(true),
    ]);
  });

  it("garbage: nothing that a client could use, in a share of them", () => {
    const quotas = told([{ kind: "garbage", share: 0.3 }], 1_000);
    const broken = quotas.filter((quota) => quota?.limit !== 600).length;
    expect(broken / 1_000).toBeGreaterThan(0.25);
    expect(broken / 1_000).toBeLessThan(0.35);
  });

  it("silent refusals: told on successes alone", () => {
    const limit = { kind: "policer", requestsPerSecond: 2 } as const;
    const signals = signalsOf({ provider: "openai", lies: [{ kind: "silent-refusals" }] }, 3, { limit }, 0);
    expect(signals.map(({ outcome, quotas }) => [outcome, quotas.length > 0])).toEqual([
      ["accepted", true],
      ["accepted", true],
      ["throttled", false],
    ]);
  });

  it("foreign: another bucket, which binds nothing", () => {
    const limit = { kind: "policer", requestsPerSecond: 1, depthMs: 3_000 } as const;
    const quotas = told([{ kind: "foreign", limit }], 6, 0);
    expect(quotas.map((quota) => quota?.remaining)).toEqual([2, 1, 0, 0, 0, 0]);
  });
});

describe("faults", () => {
  it("hit their share, in their time", () => {
    const faults = [{ kind: "status-503", share: 0.5, fromMs: 10_000, untilMs: 20_000 }] as const;
    const answers = answersOf({ limit: TEN, faults }, 300);
    const hit = answers.flatMap(({ outcome }, index) => (outcome === "accepted" ? [] : [index]));
    expect(Math.min(...hit)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...hit)).toBeLessThan(200);
    expect(hit.length).toBeGreaterThan(30);
    expect(hit.length).toBeLessThan(70);
  });

  it.each([
    ["status-500", "failed", 500, "failed"],
    ["status-502", "failed", 502, "failed"],
    ["status-503", "overloaded", 503, "overloaded"],
    ["exhausted", "failed", 429, "exhausted"],
    ["retry-after-year", "throttled", 429, "exhausted"],
    ["error-in-stream", "overloaded", 200, "overloaded"],
  ] as const)("%s is %s to the log, and %i to the client, who reads: %s", (kind, outcome, status, read) => {
    const [answer] = answersOf({ limit: TEN, faults: [{ kind }] }, 1);
    expect([answer?.outcome, answer?.facts?.status]).toEqual([outcome, status]);
    if (answer?.facts !== undefined) expect(readSignal(answer.facts).outcome).toBe(read);
  });

  it("lose answers, for ever or until somebody on the way has had enough", () => {
    const [early] = answersOf({ limit: TEN, faults: [{ kind: "close-early" }] }, 1);
    expect([early?.outcome, early?.facts]).toEqual(["failed", undefined]);
    const [never] = answersOf({ limit: TEN, faults: [{ kind: "never-answer" }] }, 1);
    expect([never?.outcome, never?.headersAfterMs]).toEqual(["silent", Number.POSITIVE_INFINITY]);
    const [closed] = answersOf({ limit: TEN, faults: [{ kind: "never-answer", waitMs: 60_000 }] }, 1);
    expect(closed?.headersAfterMs).toBe(60_000);
    const [broken] = answersOf({ limit: TEN, answers: { like: "stream" }, faults: [{ kind: "close-mid-body" }] }, 1);
    expect([broken?.outcome, broken?.breaks, broken?.facts?.status]).toEqual(["accepted", true, 200]);
  });

  it.each([undefined, { provider: "openai" }])("state too long a wait on refusals alone (headers: %j)", (headers) => {
    const faults = [{ kind: "retry-after", waitMs: 20_000 }] as const;
    const answers = answersOf({ limit: { ...TEN, depthMs: 100 }, faults, ...(headers && { headers }) }, 2, 0);
    const waits = answers.map(({ facts }) => facts && readSignal(facts, { provider: "openai" }).retryAfterMs);
    expect(waits).toEqual([undefined, 20_000]);
  });
});

describe("what else happens at a server", () => {
  it("a proxy tries refused ones again, and hands on the last answer alone", () => {
    const plant = createPlant({ limit: { ...TEN, requestsPerSecond: 0 }, proxy: { retries: 2, backoffMs: 300 } }, "1");
    const waits = [0, 1, 2].map((retry) => plant.arrive(retry * 1_000, "model", ONE, retry).retryAfterMs);
    expect(waits).toEqual([300, 600, undefined]);
  });

  it("a greedy neighbour takes from the limit what it can get, a polite one gives way", () => {
    const left = (manner: "greedy" | "polite"): number => {
      const neighbours = [{ requestsPerSecond: 8, manner, arrivals: "even" }] as const;
      return answersOf({ limit: TEN, neighbours }, 6_000, 20).filter(({ outcome }) => outcome === "accepted").length;
    };
    expect(left("greedy") / 1_200).toBeGreaterThan(0.2);
    expect(left("polite") / left("greedy")).toBeGreaterThan(1.1);
  });

  it("an organisation of its own shares nothing", () => {
    const neighbours = [{ requestsPerSecond: 50, organisation: "other" }];
    const answers = answersOf({ limit: TEN, neighbours }, 500);
    expect(answers.every(({ outcome }) => outcome === "accepted")).toBe(true);
  });

  it("tells what strangers leave of the limit, while they are there", () => {
    const neighbours = [{ requestsPerSecond: 4, fromMs: 1_000, untilMs: 2_000 }];
    const plant = createPlant({ limit: TEN, neighbours }, "1");
    const allowed = [0, 1_500, 2_500].map((nowMs) => plant.allowed(nowMs, "model", "one").requests);
    expect(allowed).toEqual([10, 6, 10]);
  });

  it("limits models apart, each with its own kind, or one that somebody made", () => {
    const refuseAll = {
      admit: () => ({ outcome: "throttled" }) as const,
      waitMs: () => Number.POSITIVE_INFINITY,
      settle: () => {},
      change: () => {},
      allowed: () => ({ requests: 0, tokens: 0 }),
      quotas: () => [],
    };
    const plant = createPlant({ limit: TEN, limits: { closed: () => refuseAll } }, "1");
    const outcomes = ["open", "closed"].map((model) => plant.arrive(0, model, ONE).outcome);
    expect(outcomes).toEqual(["accepted", "throttled"]);
  });

  it("goes up a ramp in steps, and stays at its end", () => {
    const waves = [{ shape: "ramp", from: 10, to: 20, fromMs: 5_000, overMs: 10_000 }] as const;
    const plant = createPlant({ limit: TEN, waves }, "1");
    const allowed = [0, 5_000, 9_999, 14_000, 15_000, 60_000].map((now) => plant.allowed(now, "model", "one").requests);
    expect(allowed).toEqual([10, 10.5, 14.5, 19.5, 20, 20]);
  });

  it("begins with what was moved before a model was first asked", () => {
    const schedule = [
      { atMs: 1_000, requestsPerSecond: 3 },
      { atMs: 2_000, model: "a", requestsPerSecond: 7 },
    ];
    const plant = createPlant({ limit: TEN, schedule }, "1");
    expect(["a", "b"].map((model) => plant.allowed(5_000, model, "one").requests)).toEqual([7, 3]);
  });
});
