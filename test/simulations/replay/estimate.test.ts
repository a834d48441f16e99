import { describe, expect, it } from "vitest";
import { CLAIRVOYANT } from "../../../simulations/contestants/clairvoyant.js";
import { sluiceContestant } from "../../../simulations/contestants/sluice.js";
import { checkScenario } from "../../../simulations/load/check.js";
import { measureAll } from "../../../simulations/measure/measure.js";
import { estimateServer, type ServerEstimate } from "../../../simulations/replay/estimate.js";
import { LogError } from "../../../simulations/replay/log.js";
import { allowedIn, recordingOf } from "../../../simulations/replay/recording.js";
import type { Scenario } from "../../../simulations/world/scenario.js";
import { runWorld } from "../../../simulations/world/world.js";
import { recorded } from "./recorded.js";

const MINUTE = 60_000;

function scenario(changes: Partial<Scenario>): Scenario {
  return {
    name: "known",
    story: "A server that is known.",
    durationMs: 5 * MINUTE,
    server: { limit: { kind: "policer", requestsPerSecond: 10 } },
    clients: [{ workload: { kind: "saturated", waiting: 100 } }],
    bounds: [],
    ...changes,
  };
}

async function guess(known: Scenario): Promise<ServerEstimate> {
  const estimate = estimateServer(await recorded(known));
  checkScenario(estimate.scenario);
  expect(JSON.parse(JSON.stringify(estimate.scenario))).toEqual(estimate.scenario);
  return estimate;
}

function only({ keys: [key] }: ServerEstimate) {
  if (key === undefined) throw new Error("no key");
  return key;
}

function within(value: number | undefined, target: number, share: number): void {
  expect(value).toBeGreaterThanOrEqual(target * (1 - share));
  expect(value).toBeLessThanOrEqual(target * (1 + share));
}

describe("a server guessed from a log", () => {
  it("has the limits, the steps and the answers of the one that was recorded, and they make the same of it", async () => {
    const known = scenario({
      durationMs: 9 * MINUTE,
      server: {
        limit: { kind: "policer", requestsPerSecond: 20 },
        answers: { medianMs: 1_200, sigma: 0.4, refusalMs: 150 },
        schedule: [
          { atMs: 3 * MINUTE, requestsPerSecond: 6 },
          { atMs: 6 * MINUTE, requestsPerSecond: 18 },
        ],
      },
    });
    const log = await recorded(known);
    const estimate = estimateServer(log);
    const { steps, answers, source, isSaturated } = only(estimate);
    expect({ source, isSaturated, many: steps.length }).toEqual({ source: "refusals", isSaturated: true, many: 3 });
    within(steps[0]?.requestsPerSecond, 20, 0.1);
    within(steps[1]?.requestsPerSecond, 6, 0.1);
    within(steps[2]?.requestsPerSecond, 18, 0.1);
    // A fall shows at once; a rise only when somebody tries, within an epoch of 15 s.
    expect(Math.abs((steps[1]?.atMs ?? 0) - 3 * MINUTE)).toBeLessThan(3_000);
    expect(Math.abs((steps[2]?.atMs ?? 0) - 6 * MINUTE)).toBeLessThan(20_000);
    within(answers.medianMs, 1_200, 0.2);
    within(answers.sigma, 0.4, 0.2);
    within(answers.refusalMs, 150, 0.2);

    const optimum = runWorld({ scenario: estimate.scenario, contestant: CLAIRVOYANT, seed: 1 });
    const recording = recordingOf(log, estimate, allowedIn(log));
    const before = measureAll({ scenario: estimate.scenario, recording, optimum });
    const contestant = sluiceContestant("sluice");
    const again = runWorld({ scenario: estimate.scenario, contestant, seed: 2 });
    const guessed = measureAll({ scenario: estimate.scenario, recording: again, optimum });
    expect(Math.abs(guessed.goodput - before.goodput)).toBeLessThan(0.03);
    expect(Math.abs(guessed.refused - before.refused)).toBeLessThan(0.005);
    within(guessed.waitP99Ms, before.waitP99Ms, 0.25);
    // What the guessed server makes of another control is what the true one does.
    const agile = sluiceContestant("agile", { control: { preset: "agile" } });
    const [here, there] = [estimate.scenario, known].map((each) => {
      const own = runWorld({ scenario: each, contestant: agile, seed: 3 });
      const best = runWorld({ scenario: each, contestant: CLAIRVOYANT, seed: 3 });
      return measureAll({ scenario: each, recording: own, optimum: best });
    });
    if (here === undefined || there === undefined) throw new Error("nobody ran");
    expect(Math.abs(here.goodput - there.goodput)).toBeLessThan(0.03);
    expect(Math.abs(here.refused - there.refused)).toBeLessThan(0.005);
  });

  it("has a fixed window with its phase, and the headers that told of it", async () => {
    const window = { kind: "window", requestsPerSecond: 10, windowMs: 60_000, phaseMs: 7_000 } as const;
    const estimate = await guess(
      scenario({ server: { limit: window, headers: { provider: "mistral", isHostKnown: true } } }),
    );
    const { source, steps } = only(estimate);
    expect({ source, steps: steps.length }).toEqual({ source: "headers", steps: 1 });
    within(steps[0]?.requestsPerSecond, 10, 0.01);
    expect(estimate.scenario.server.headers).toEqual({ provider: "mistral", era: "every" });
  });

  it("doesn't take headers at their word where another limit refuses", async () => {
    const headers = { provider: "openai", isHostKnown: true, lies: [{ kind: "scaled", factor: 3 } as const] };
    const limit = { kind: "policer", requestsPerSecond: 10, windowMs: 60_000 } as const;
    const estimate = await guess(scenario({ server: { limit, headers } }));
    expect(only(estimate).source).toBe("refusals");
    within(only(estimate).steps[0]?.requestsPerSecond, 10, 0.1);
    expect(estimate.scenario.server.headers).toBeUndefined();
    expect(estimate.notes.join()).toContain("another limit");
  });

  it("has the outage and the noise", async () => {
    const limit = { kind: "policer", requestsPerSecond: 10 } as const;
    const estimate = await guess(
      scenario({
        server: {
          limit,
          faults: [{ kind: "status-503", share: 0.03 }],
          schedule: [{ atMs: 2 * MINUTE, outageMs: 30_000 }],
        },
      }),
    );
    const { faults, outages } = only(estimate).troubles;
    within(faults.find(({ kind }) => kind === "status-503")?.share, 0.03, 0.35);
    expect(outages).toHaveLength(1);
    within(outages[0]?.atMs, 2 * MINUTE, 0.02);
    within(outages[0]?.outageMs, 30_000, 0.2);
    within(only(estimate).steps[0]?.requestsPerSecond, 10, 0.1);
  });

  it("says that it doesn't know a limit that nobody met, and has the arrivals as they were", async () => {
    const workload = [
      {
        kind: "steps",
        steps: [
          { atMs: 0, requestsPerSecond: 2 },
          { atMs: 2.5 * MINUTE, requestsPerSecond: 5 },
        ],
      },
      { kind: "bursts", size: 40, count: 40, everyMs: 10 * MINUTE, firstAtMs: MINUTE },
    ] as const;
    const limit = { kind: "policer", requestsPerSecond: 1_000 } as const;
    const estimate = await guess(scenario({ server: { limit }, clients: [{ workload }] }));
    expect(only(estimate).source).toBe("reached");
    expect(estimate.notes.join()).toContain("the limit is unknown");
    const parts = estimate.scenario.clients?.[0]?.workload as readonly (typeof workload)[number][];
    const burst = parts.find((part) => part.kind === "bursts");
    const steps = parts.find((part) => part.kind === "steps");
    within(burst?.size, 40, 0.1);
    within(burst?.firstAtMs, MINUTE, 0.01);
    within(steps?.steps[0]?.requestsPerSecond, 2, 0.25);
    within(steps?.steps.at(-1)?.requestsPerSecond, 5, 0.25);
    expect(steps?.steps.length).toBeLessThan(8);
  });

  it("has each key as a model of its own", async () => {
    const limits = { slow: { kind: "policer", requestsPerSecond: 2 } } as const;
    const workload = ["fast", "slow"].map((model) => ({ kind: "saturated", waiting: 60, model }) as const);
    const limit = { kind: "policer", requestsPerSecond: 15 } as const;
    const { keys } = await guess(scenario({ server: { limit, limits }, clients: [{ workload }] }));
    expect(keys.map(({ key }) => key).sort()).toEqual(["fast", "slow"]);
    within(keys.find(({ key }) => key === "fast")?.steps[0]?.requestsPerSecond, 15, 0.1);
    within(keys.find(({ key }) => key === "slow")?.steps[0]?.requestsPerSecond, 2, 0.1);
  });

  it("has the number that may be under way, where refusals say so", async () => {
    const limit = { kind: "policer", requestsPerSecond: 100, inFlightMax: 12 } as const;
    const found = only(await guess(scenario({ server: { limit } }))).limit;
    within(typeof found === "function" ? undefined : found.inFlightMax, 12, 0.1);
  });

  it("can't be guessed from next to nothing", async () => {
    const log = await recorded(scenario({ durationMs: 3_000 }));
    expect(() => estimateServer(log)).toThrow(LogError);
    expect(() => estimateServer({ ...log, events: [] })).toThrow(/the log has 0 sends/);
  });
});
