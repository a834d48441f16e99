import { describe, expect, it } from "vitest";
import { problemsOf } from "../../../simulations/load/check.js";
import { pathText } from "../../../simulations/load/problem.js";
import { METRIC_NAMES, type MetricName } from "../../../simulations/measure/metrics.js";
import type { Scenario } from "../../../simulations/world/scenario.js";
import { someScenario } from "../run/some-scenarios.js";

const limit = { kind: "policer", requestsPerSecond: 5 } as const;
const client = { workload: { kind: "saturated", waiting: 20 } } as const;

/** What is said of a bound on a metric in a scenario with these changes. */
function complaint(
  metric: MetricName,
  changes: Partial<Scenario>,
  within?: { fromMs: number; untilMs: number },
): string {
  const scenario = someScenario({ ...changes, bounds: [{ metric, atMost: 1, ...(within && { within }) }] });
  return problemsOf(scenario)
    .map(({ path, message }) => `${pathText(path)} ${message}`)
    .join("\n");
}

describe("a bound on what a scenario hasn't got", () => {
  it("is refused with what is missing", () => {
    const late = { clients: [client, { ...client, joinsAtMs: 9_000 }] };
    const outage = (atMs: number, outageMs: number) => ({ server: { limit, schedule: [{ atMs, outageMs }] } });
    for (const [metric, changes, message] of [
      ["settleDownMs", {}, "needs changesMs, the instants at which the limit changes, before the run ends"],
      ["settleUpMs", { changesMs: [12_000] }, "needs changesMs, the instants at which the limit changes"],
      ["settleUpMs", { changesMs: [3_000] }, "needs 10 s to look at, and has 9 s"],
      ["settleDownMs", { changesMs: [8_000] }, "needs 5 s to look at, and has 4 s"],
      ["outageAttempts", {}, "needs an outage before the run ends: a move in server.schedule with outageMs"],
      ["recoveryMs", outage(1_000, 0), "needs an outage before the run ends"],
      ["recoveryMs", outage(4_000, 8_000), "needs an outage that is over before the run ends"],
      ["convergeMs", { durationMs: 9_000 }, "needs 10 s to look at, and has 9 s"],
      ["jain", {}, "needs 2 clients that are there all through the last third of the run"],
      ["shareMin", late, "needs 2 clients that are there all through the last third of the run"],
      ["fairMs", {}, "needs 2 clients that are there together, from one coming or going to the next"],
      ["fairMs", { clients: [client, client] }, "needs 30 s to look at, and has 12 s"],
    ] as const) {
      expect(complaint(metric, changes)).toContain(`bounds[0].metric ${metric} ${message}`);
    }
  });

  it("is refused in a span of its own too", () => {
    const clients = [client, { ...client, joinsAtMs: 9_000 }];
    expect(complaint("jain", { clients }, { fromMs: 9_500, untilMs: 12_000 })).toBe("");
    expect(complaint("jain", { clients }, { fromMs: 8_500, untilMs: 12_000 })).toContain(
      "jain needs 2 clients that are there all through its span",
    );
    expect(complaint("convergeMs", {}, { fromMs: 0, untilMs: 9_999 })).toContain("needs 10 s to look at");
  });

  it("is refused where the limit never goes that way", () => {
    const moves = (...rates: readonly number[]): Partial<Scenario> => ({
      durationMs: 60_000,
      changesMs: rates.map((_, index) => 10_000 * (index + 1)),
      server: {
        limit,
        schedule: rates.map((rate, index) => ({ atMs: 10_000 * (index + 1), requestsPerSecond: rate })),
      },
    });
    expect(complaint("settleDownMs", moves(8, 10))).toContain("needs a limit that goes down at one of changesMs");
    expect(complaint("settleUpMs", moves(4, 4))).toContain("needs a limit that goes up at one of changesMs");
    expect(complaint("settleDownMs", moves(8, 6))).toBe("");
    expect(complaint("settleUpMs", moves(8, 6))).toBe("");
    // What a schedule doesn't say is found while it runs.
    expect(complaint("settleDownMs", { durationMs: 60_000, changesMs: [10_000] })).toBe("");
  });

  it("is fine where all is there", () => {
    const full: Partial<Scenario> = {
      durationMs: 300_000,
      server: { limit, schedule: [{ atMs: 100_000, outageMs: 20_000 }] },
      changesMs: [100_000],
      clients: [client, client],
    };
    for (const metric of METRIC_NAMES) expect(complaint(metric, full)).toBe("");
  });
});
