import { describe, expect, it } from "vitest";
import { createDemands, type Demand, modelsOf, type Workload } from "../../../simulations/world/workload.js";

describe("a workload", () => {
  it.each<{ name: string; workload: Workload; untilMs: number; expected: number[] }>([
    {
      name: "that is steady keeps its rate",
      workload: { kind: "poisson", requestsPerSecond: 4 },
      untilMs: 400_000,
      expected: [400, 400, 400, 400],
    },
    {
      name: "that is on and off comes only while on",
      workload: { kind: "on-off", requestsPerSecond: 20, onMs: 100_000, offMs: 100_000 },
      untilMs: 400_000,
      expected: [2_000, 0, 2_000, 0],
    },
    {
      name: "in steps follows them",
      workload: {
        kind: "steps",
        steps: [
          { atMs: 300_000, requestsPerSecond: 30 },
          { atMs: 100_000, requestsPerSecond: 3 },
        ],
      },
      untilMs: 400_000,
      expected: [0, 300, 300, 3_000],
    },
    {
      // The integral of the sine over a quarter is 2 / pi of it.
      name: "that goes as days do swings around its mean",
      workload: { kind: "diurnal", requestsPerSecond: 10, swing: 1, periodMs: 400_000 },
      untilMs: 400_000,
      expected: [1_636, 1_636, 364, 364],
    },
  ])("$name", ({ workload, untilMs, expected }) => {
    const comesMs = arrivalsOf(workload, untilMs);
    const quarters = expected.map(
      (_, index) => comesMs.filter((atMs) => Math.floor((atMs * 4) / untilMs) === index).length,
    );
    for (const [index, count] of quarters.entries()) {
      // Five standard deviations of a Poisson count.
      expect(Math.abs(count - (expected[index] ?? 0))).toBeLessThanOrEqual(5 * Math.sqrt(expected[index] ?? 0));
    }
    const gaps = comesMs.slice(1).map((atMs, index) => atMs - (comesMs[index] ?? 0));
    expect(gaps.every((gap) => gap >= 0)).toBe(true);
  });

  it("may come at even intervals, across the steps of its rate", () => {
    const steps = [
      { atMs: 0, requestsPerSecond: 1 },
      { atMs: 2_500, requestsPerSecond: 10 },
    ];
    const comesMs = arrivalsOf({ kind: "steps", steps, isEven: true }, 3_000);
    expect(comesMs.map(Math.round)).toEqual([1_000, 2_000, 2_550, 2_650, 2_750, 2_850, 2_950]);
  });

  it("in bursts comes at once and again, and whoever joins late has missed the first", () => {
    const bursts: Workload = { kind: "bursts", size: 3, everyMs: 1_000, firstAtMs: 500 };
    expect(arrivalsOf(bursts, 2_000)).toEqual([500, 500, 500, 1_500, 1_500, 1_500]);
    expect(arrivalsOf(bursts, 3_000, 600)).toEqual([1_500, 1_500, 1_500, 2_500, 2_500, 2_500]);
  });

  it("may have an end", () => {
    expect(arrivalsOf({ kind: "poisson", requestsPerSecond: 10, count: 7 }, 100_000)).toHaveLength(7);
    const [job] = createDemands({ kind: "saturated", waiting: 5, count: 2 }, "seed");
    expect([job?.standing, job?.wish(0) === undefined, job?.wish(0) === undefined, job?.wish(0)]).toEqual([
      5,
      false,
      false,
      undefined,
    ]);
  });

  it("draws kinds of requests by their shares, which may move with time", () => {
    const workload: Workload = {
      kind: "saturated",
      waiting: 1,
      requests: [
        { share: 3, priority: 1, tenant: "a" },
        { share: [{ atMs: 1_000, share: 1 }], model: "large", deadlineMs: 500 },
      ],
    };
    const [demand] = createDemands(workload, "seed");
    const large = (nowMs: number): number =>
      Array.from({ length: 4_000 }, () => demand?.wish(nowMs)).filter((wish) => wish?.model === "large").length;
    expect(large(999)).toBe(0);
    expect(Math.abs(large(1_000) - 1_000)).toBeLessThan(5 * Math.sqrt(750));
    expect(modelsOf(createDemands(workload, "seed"))).toEqual(["model", "large"]);
  });

  it("knows the input when it is sent and draws the output, which the client's estimate may miss", () => {
    const tokens = { input: 100, output: { median: 400, sigma: 0.5 }, estimate: 2, outputMax: 1_000 } as const;
    const workload = { kind: "saturated", waiting: 1, requests: { tokens } } as const;
    const wishes = drawn(workload, 4_000);
    // 2 x 400 x exp(0.125) = 907.
    expect(new Set(wishes.map(({ cost }) => cost["tokens"]))).toEqual(new Set([1_007]));
    expect(new Set(wishes.map(({ charged }) => charged["tokens"]))).toEqual(new Set([100]));
    const outputs = wishes.map(({ settled }) => settled["tokens"] ?? 0).sort((a, b) => a - b);
    expect(Math.abs((outputs[2_000] ?? 0) - 400)).toBeLessThan(25);
    expect(outputs.at(-1)).toBe(1_000);
    const [reserving] = drawn({ ...workload, requests: { tokens: { ...tokens, charges: "outputMax" } } }, 1);
    expect([reserving?.charged["tokens"], (reserving?.settled["tokens"] ?? 0) <= 0]).toEqual([1_100, true]);
  });

  it("has users who go away, by their shares", () => {
    const impatient = [
      { share: 0.3, afterMs: 2_000 },
      { share: 0.2, afterMs: 500, since: "sent" },
    ] as const;
    const wishes = drawn({ kind: "saturated", waiting: 1, requests: { impatient } }, 4_000);
    const waiting = wishes.filter(({ cancelAfterMs }) => cancelAfterMs !== undefined);
    const sent = wishes.filter(({ cancelAfterSentMs }) => cancelAfterSentMs !== undefined);
    expect(Math.abs(waiting.length - 1_200)).toBeLessThan(150);
    expect(Math.abs(sent.length - 800)).toBeLessThan(130);
    expect(waiting.some((wish) => sent.includes(wish))).toBe(false);
  });

  it("may be several, and a function", () => {
    const own = (random: () => number): Demand => ({
      models: ["own"],
      nextInMs: () => 1_000 * random(),
      wish: () => undefined,
    });
    const workload: Workload = [
      { kind: "poisson", requestsPerSecond: 1 },
      own,
      { kind: "poisson", requestsPerSecond: 1 },
    ];
    const demands = createDemands(workload, "seed");
    expect(modelsOf(demands)).toEqual(["model", "own"]);
    const [first, , third] = demands.map((demand) => demand.nextInMs?.(0));
    expect(first).not.toBe(third);
    // Whoever is added behind them doesn't move what the others draw.
    expect(createDemands([...(workload as readonly []), own], "seed")[0]?.nextInMs?.(0)).toBe(first);
    expect(createDemands(workload, "seed")[0]?.nextInMs?.(0)).toBe(first);
  });
});

function arrivalsOf(workload: Workload, untilMs: number, fromMs = 0): number[] {
  const [demand] = createDemands(workload, "seed");
  const comesMs: number[] = [];
  for (let nowMs = fromMs; ; ) {
    nowMs += demand?.nextInMs?.(nowMs) ?? Number.POSITIVE_INFINITY;
    if (nowMs >= untilMs || demand?.wish(nowMs) === undefined) return comesMs;
    comesMs.push(nowMs);
  }
}

function drawn(workload: Workload, count: number) {
  const [demand] = createDemands(workload, "seed");
  return Array.from({ length: count }, () => demand?.wish(0)).flatMap((wish) => wish ?? []);
}
