import { describe, expect, it } from "vitest";
import { type Metrics, measureAll, measureOne } from "../../../simulations/measure/measure.js";
import { METRIC_NAMES, METRICS, type Metric, type MetricName } from "../../../simulations/measure/metrics.js";
import type { Recording } from "../../../simulations/world/log.js";
import type { Scenario } from "../../../simulations/world/scenario.js";
import type { Span } from "../../../simulations/world/span.js";
import { merged, recordingOf, steady } from "./recording.js";

const SCENARIO: Scenario = {
  name: "some",
  story: "Something happens.",
  durationMs: 100_000,
  warmUpMs: 20_000,
  server: { limit: { kind: "policer", requestsPerSecond: 10 } },
  bounds: [],
};
const EMPTY = recordingOf({});

function valueIn(
  name: MetricName,
  recording: Recording,
  { scenario = {}, optimum = EMPTY, within }: { scenario?: Partial<Scenario>; optimum?: Recording; within?: Span } = {},
): number {
  return measureOne(name, { scenario: { ...SCENARIO, ...scenario }, recording, optimum }, within);
}

describe("metrics", () => {
  it("say what they are, where they look and which way is better, in unique words", () => {
    const meanings = METRIC_NAMES.map((name) => METRICS[name].meaning);
    expect(new Set(meanings).size).toBe(METRIC_NAMES.length);
    for (const name of METRIC_NAMES) {
      const { unit }: Metric = METRICS[name];
      expect(name.endsWith("Ms")).toBe(unit === "ms");
    }
  });

  it("of an empty run are nothing, or a count of 0, and never Infinity", () => {
    const all: Metrics = measureAll({ scenario: SCENARIO, recording: EMPTY, optimum: EMPTY });
    const counts = METRIC_NAMES.filter((name) => all[name] === 0);
    expect(counts).toEqual(["successes", "attempts", "refusedCount", "worst10sRefused", "dropped", "failed"]);
    // Never reached in the whole run, as far as anybody can say.
    const others = METRIC_NAMES.filter((name) => !counts.includes(name) && !Number.isNaN(all[name]));
    expect(others).toEqual(["convergeMs"]);
  });

  it("compare what was accepted after the warm-up with what a clairvoyant got through", () => {
    const optimum = recordingOf({ tries: steady(10, 0, 100) });
    const recording = recordingOf({ tries: merged(steady(10, 0, 20), steady(9, 20, 100)) });
    expect(valueIn("goodput", recording, { optimum })).toBeCloseTo(0.9);
    expect(valueIn("goodput", recording, { optimum, within: { fromMs: 0, untilMs: 20_000 } })).toBe(1);
  });

  it("leave to neighbours what they ask for: the clairvoyant lives without them", () => {
    const neighbours = [
      { requestsPerSecond: 5, fromMs: 40_000, untilMs: 80_000 },
      { requestsPerSecond: 100, model: "model", fromMs: 90_000 },
    ];
    const scenario = { server: { ...SCENARIO.server, neighbours } };
    const optimum = recordingOf({ tries: steady(10, 0, 100) });
    const recording = recordingOf({ tries: steady(5, 0, 100) });
    const within = (fromMs: number, untilMs: number): number =>
      valueIn("goodput", recording, { scenario, optimum, within: { fromMs, untilMs } });
    expect([within(0, 40_000), within(40_000, 80_000), within(20_000, 60_000)]).toEqual([0.5, 1, 200 / 300]);
    expect(within(90_000, 100_000)).toBeNaN();
  });

  it("count refusals of the whole run, by kind; what was given up is neither accepted nor refused", () => {
    const recording = recordingOf({
      tries: merged(
        steady(1, 0, 60),
        steady(1, 60, 80, { outcome: "throttled" }),
        steady(1, 80, 90, { outcome: "overloaded" }),
        steady(1, 90, 94, { outcome: "saturated" }),
        steady(1, 94, 96, { outcome: "failed" }),
        steady(1, 96, 97, { outcome: "silent" }),
        steady(1, 97, 99, { outcome: "abandoned" }),
        steady(1, 99, 100, { outcome: "pending" }),
      ),
    });
    const names = ["attempts", "refused", "throttled", "overloaded", "refusedCount"] as const;
    expect(names.map((name) => valueIn(name, recording))).toEqual([100, 0.37, 0.24, 0.1, 37]);
    expect(valueIn("attempts", recording, { within: { fromMs: 10_000, untilMs: 20_000 } })).toBe(10);
  });

  it("find the worst ten seconds wherever they begin", () => {
    const refusedAtMs = [21_000, 50_900, 52_000, 60_800, 60_900, 70_000];
    const recording = recordingOf({ tries: refusedAtMs.map((atMs) => ({ atMs, outcome: "throttled" })) });
    expect(valueIn("worst10sRefused", recording)).toBe(3);
  });

  it("converge at the first ten seconds with nine tenths of the limit; never is the whole run", () => {
    const limits = [[0, 10]] as const;
    const climbing = recordingOf({ limits, tries: merged(steady(5, 0, 30), steady(10, 30, 100)) });
    // 2 s at 5 and 8 s at 10 are 90.
    expect(valueIn("convergeMs", climbing)).toBe(28_000);
    expect(valueIn("convergeMs", recordingOf({ limits, tries: steady(8, 0, 100) }))).toBe(100_000);
  });

  it("take the clairvoyant's successes for the limit where no rate is one", () => {
    const optimum = recordingOf({ tries: steady(4, 0, 100) });
    const recording = recordingOf({ limits: [[0, null]], tries: merged(steady(2, 0, 40), steady(4, 40, 100)) });
    expect(valueIn("convergeMs", recording, { optimum })).toBe(38_000);
  });

  it("settle from each change of the limit to the next, and the worst counts", () => {
    const limits = [
      [0, 40],
      [20_000, 10],
      [40_000, 40],
      [60_000, 10],
      [80_000, 20],
    ] as const;
    const scenario = { changesMs: [20_000, 40_000, 60_000, 80_000] };
    const recording = recordingOf({
      limits,
      tries: merged(
        steady(40, 0, 22),
        steady(40, 20, 22, { outcome: "throttled" }),
        steady(10, 22, 46),
        steady(40, 46, 60),
        steady(10, 60, 80),
        steady(20, 80, 100),
        steady(10, 60, 67, { outcome: "throttled" }),
      ),
    });
    // Up: at 45 s begin ten seconds with 10 + 9 x 40 accepted; at 80 s it is there at once.
    expect(valueIn("settleUpMs", recording, { scenario })).toBe(5_000);
    // Down: from 67 s nothing is refused any more.
    expect(valueIn("settleDownMs", recording, { scenario })).toBe(7_000);
    expect(valueIn("settleDownMs", recording, { scenario, within: { fromMs: 20_000, untilMs: 40_000 } })).toBe(2_000);
    expect(valueIn("settleUpMs", recording)).toBeNaN();
  });

  it("know outages from the server's schedule: what is sent into them, and how long it takes to recover", () => {
    const schedule = [{ atMs: 30_000, outageMs: 20_000 }];
    const scenario = { server: { ...SCENARIO.server, schedule } };
    const recording = recordingOf({
      limits: [[0, 10]],
      tries: merged(steady(10, 0, 30), steady(1, 30, 50, { outcome: "overloaded" }), steady(10, 55, 100)),
    });
    expect(valueIn("outageAttempts", recording, { scenario })).toBe(20);
    expect(valueIn("recoveryMs", recording, { scenario })).toBe(4_000);
    expect(valueIn("recoveryMs", recording)).toBeNaN();
    expect(valueIn("recoveryMs", recording, { within: { fromMs: 0, untilMs: 52_000 } })).toBe(2_000);
  });

  it("tell by how much the worst second went beyond the limit", () => {
    const limits = [
      [0, 10],
      [50_000, 0],
      [60_000, 5],
    ] as const;
    expect(valueIn("overshoot", recordingOf({ limits, tries: merged(steady(9, 0, 50), steady(8, 60, 100)) }))).toBe(
      0.6,
    );
    expect(valueIn("overshoot", recordingOf({ limits, tries: steady(5, 0, 100) }))).toBe(0);
  });

  it("tell even sends from waves", () => {
    expect(valueIn("cov", recordingOf({ tries: steady(10, 0, 100) }))).toBe(0);
    // Fives of 100 and of 0 take turns: the deviation is the mean.
    const waves = Array.from({ length: 10 }, (_, index) => steady(20, 10 * index, 10 * index + 5)).flat();
    expect(valueIn("cov", recordingOf({ tries: waves }))).toBe(1);
  });

  it("compare the clients that are there in all of the last third", () => {
    const workload = { kind: "saturated", waiting: 1 } as const;
    const clients = [{ workload }, { workload, joinsAtMs: 60_000 }, { workload, joinsAtMs: 70_000 }];
    const recording = recordingOf({
      clients: 3,
      tries: merged(steady(6, 0, 100), steady(3, 60, 100, { client: 1 }), steady(9, 70, 100, { client: 2 })),
    });
    // 2 : 1 is (2 + 1)^2 / (2 x 5).
    expect(valueIn("jain", recording, { scenario: { clients } })).toBeCloseTo(0.9, 3);
    expect(valueIn("shareMin", recording, { scenario: { clients } })).toBeCloseTo(2 / 3, 2);
    expect(valueIn("jain", recording)).toBeNaN();
  });

  it("tell how long it takes until those who meet share evenly", () => {
    const workload = { kind: "saturated", waiting: 1 } as const;
    const clients = [{ workload }, { workload, joinsAtMs: 20_000, leavesAtMs: 90_000 }];
    const recording = recordingOf({
      clients: 2,
      tries: merged(
        steady(10, 0, 40),
        steady(1, 20, 40, { client: 1 }),
        steady(5, 40, 100),
        steady(5, 40, 90, { client: 1 }),
      ),
    });
    // A window from s before 40 s holds 10 s + 5 (30 - s) against s + 5 (30 - s): even enough where s is below 8.
    expect(valueIn("fairMs", recording, { scenario: { clients } })).toBe(13_000);
    expect(valueIn("fairMs", recording)).toBeNaN();
  });

  it("measure waits before first tries alone, and those of the most urgent apart", () => {
    const tries = Array.from({ length: 100 }, (_, index) => ({
      atMs: 1_000 * index,
      waitMs: index + 1,
      attempt: index === 99 ? 2 : 1,
    }));
    const requests = tries.map((_, index) => ({ askedAtMs: 0, priority: index < 20 ? 5 : 0 }));
    const recording = recordingOf({ tries, requests });
    const names = ["waitP50Ms", "waitP95Ms", "waitP99Ms", "urgentWaitP99Ms"] as const;
    expect(names.map((name) => valueIn(name, recording))).toEqual([50, 95, 99, 20]);
    const plain = recordingOf({ tries, requests: tries.map(() => ({ askedAtMs: 0 })) });
    expect(valueIn("urgentWaitP99Ms", plain)).toBeNaN();
  });

  it("see who starves: a wait that hasn't ended counts too, unless its user went away", () => {
    const recording = recordingOf({
      tries: [{ atMs: 5_000, request: 0 }],
      requests: [
        { askedAtMs: 0 },
        { askedAtMs: 1_000, endedAtMs: 11_000, ending: "cancelled" },
        { askedAtMs: 40_000, ending: "open" },
      ],
    });
    expect(valueIn("waitLongestMs", recording)).toBe(60_000);
    expect(valueIn("waitLongestMs", recording, { within: { fromMs: 0, untilMs: 30_000 } })).toBe(10_000);
  });

  it("count how requests end, how long that takes and how many tries it takes", () => {
    const recording = recordingOf({
      tries: [0, 0, 0, 1, 2, 3].map((request, index) => ({
        atMs: 1_000 * index,
        request,
        attempt: request === 0 ? index + 1 : 1,
      })),
      requests: [
        { askedAtMs: 0, endedAtMs: 5_000 },
        { askedAtMs: 0, endedAtMs: 7_000, ending: "failed" },
        { askedAtMs: 0, endedAtMs: 90_000, ending: "cancelled" },
        { askedAtMs: 0, ending: "open" },
        { askedAtMs: 10, endedAtMs: 10, ending: "dropped" },
        { askedAtMs: 20, endedAtMs: 3_020 },
      ],
    });
    const names = ["successes", "failed", "dropped", "durationP99Ms", "amplification"] as const;
    expect(names.map((name) => valueIn(name, recording))).toEqual([2, 1, 1, 5_000, 1]);
    expect(valueIn("successes", recording, { within: { fromMs: 0, untilMs: 5_000 } })).toBe(1);
  });

  it("compare where a limit that follows use ended up", () => {
    const recording = recordingOf({
      limits: [
        [0, 1],
        [100_000, 30],
      ],
    });
    const optimum = recordingOf({
      limits: [
        [0, 1],
        [100_000, 40],
      ],
    });
    expect(valueIn("limitReached", recording, { optimum })).toBe(0.75);
  });

  it("are as fast as they must be for tables: 100,000 tries in a moment", () => {
    const recording = recordingOf({
      limits: Array.from({ length: 1_000 }, (_, second) => [1_000 * second, 100]),
      tries: steady(100, 0, 1_000),
    });
    const scenario = { ...SCENARIO, durationMs: 1_000_000, changesMs: [500_000] };
    const startedMs = performance.now();
    const all = measureAll({ scenario, recording, optimum: recording });
    expect(all.goodput).toBe(1);
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });
});
