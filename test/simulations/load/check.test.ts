import { describe, expect, it } from "vitest";
import { checkScenario, problemsOf } from "../../../simulations/load/check.js";
import { pathText } from "../../../simulations/load/problem.js";
import { SCENARIOS } from "../../../simulations/scenarios/index.js";
import type { Scenario } from "../../../simulations/world/scenario.js";
import { someScenario } from "../run/some-scenarios.js";

/** What is said of a scenario with these changes, whatever their types. */
function complaints(changes: object): readonly string[] {
  return problemsOf({ ...someScenario(), ...changes }).map(({ path, message }) =>
    `${pathText(path)} ${message}`.trim(),
  );
}

const bound = (changes: object) => ({ bounds: [{ metric: "goodput", atLeast: 0.9, ...changes }] });

describe("the check of a scenario", () => {
  it("has nothing against one that uses every field", () => {
    expect(
      complaints({
        warmUpMs: 1_000,
        clients: [
          {
            workload: { kind: "saturated", waiting: 4 },
            organisation: "two",
            joinsAtMs: 10,
            leavesAtMs: 20,
            options: { control: { preset: "calm" } },
          },
        ],
        changesMs: [6_000],
        clockJumps: [
          { atMs: 5_000, wallMs: -60_000 },
          { atMs: 6_000, sleepMs: 1_000 },
        ],
        options: { provider: "together", control: { rateMax: 20 } },
        bounds: [
          {
            ...{ metric: "goodput", atLeast: 0.5, atMost: 1, of: "sluice-calm", over: "worst" },
            ...{ within: { fromMs: 0, untilMs: 12_000 }, because: "it must" },
          },
        ],
      }),
    ).toEqual([]);
  });

  it("guesses what a mistyped name was to be", () => {
    expect(complaints(bound({ metric: "godput" }))).toEqual([
      "bounds[0].metric unknown metric 'godput'; did you mean 'goodput'?",
    ]);
    expect(complaints(bound({ metric: "happiness" }))[0]).toMatch(/unknown metric 'happiness'; there are goodput, /);
    expect(complaints(bound({ of: "sluise" }))).toEqual([
      "bounds[0].of unknown contestant 'sluise'; did you mean 'sluice'?",
    ]);
    expect(complaints({ duration: 5, warmupMs: 4 })).toEqual([
      expect.stringMatching(/^duration unknown field; /),
      "warmupMs unknown field; did you mean 'warmUpMs'?",
    ]);
    expect(complaints(bound({ atleast: 1 }))).toEqual(["bounds[0].atleast unknown field; did you mean 'atLeast'?"]);
    expect(complaints(bound({ within: { fromMs: 0, toMs: 9 } }))).toEqual([
      "bounds[0].within.untilMs is missing",
      "bounds[0].within.toMs unknown field; there are fromMs, untilMs",
    ]);
  });

  it("refuses bounds that nothing could keep, or that say nothing", () => {
    for (const [changes, complaint] of [
      [{ atLeast: 0.9, atMost: 0.8 }, "bounds[0].atLeast is 0.9, above atMost 0.8: nothing can be both"],
      [{ atLeast: 99 }, "bounds[0].atLeast is 99, but goodput is a share, near 1"],
      [{ metric: "refused", atLeast: 99 }, "bounds[0].atLeast is 99, but refused is a share, from 0 to 1"],
      [{ atLeast: -0.1 }, "bounds[0].atLeast is -0.1, but goodput is never below 0"],
      [{ atLeast: undefined }, "bounds[0] needs atLeast, atMost, or both"],
      [{ atLeast: "much" }, "bounds[0].atLeast must be a number, got 'much'"],
      [{ atLeast: Number.NaN }, "bounds[0].atLeast must be a number, got NaN"],
      [
        { metric: "waitP99Ms", atMost: -5, atLeast: undefined },
        "bounds[0].atMost is -5, but waitP99Ms is never below 0",
      ],
      [{ over: "most" }, "bounds[0].over must be 'mean' or 'worst', got 'most'"],
      [{ within: { fromMs: 9, untilMs: 9 } }, "bounds[0].within must begin before it ends, and end by 12000"],
      [{ within: { fromMs: 0, untilMs: 12_001 } }, "bounds[0].within must begin before it ends, and end by 12000"],
    ] as const) {
      expect(complaints(bound(changes))).toEqual([complaint]);
    }
  });

  it("lets goodput be above 1, where a full bucket is spent beside its refill", () => {
    expect(complaints(bound({ atMost: 1.1 }))).toEqual([]);
  });

  it("refuses times that don't fit the run, and fields that aren't what they must be", () => {
    const workload = { kind: "saturated", waiting: 4 };
    for (const [changes, complaint] of [
      [{ durationMs: "10s" }, "durationMs must be a number of milliseconds above 0, at most 2592000000, got '10s'"],
      [{ durationMs: undefined }, "durationMs is missing"],
      [{ name: "My Scenario" }, "name must be in kebab-case, such as 'steady-10', got 'My Scenario'"],
      [{ story: " " }, "story must be a text that isn't empty, got ' '"],
      [{ server: undefined }, "server is missing"],
      [{ bounds: undefined }, "bounds is missing; [] if nothing must hold"],
      [{ warmUpMs: 12_000 }, "warmUpMs is 12000, but the run ends at 12000"],
      [{ changesMs: [1, 13_000] }, "changesMs[1] is 13000, but the run ends at 12000"],
      [{ server: { limit: { kind: "policer", requestsPerSecond: -1 } } }, "server.limit.requestsPerSecond must be"],
      [{ server: { limit: { kind: "policeman" } } }, "server.limit.kind must be"],
      [{ clients: [] }, "clients must not be empty"],
      [{ clients: [{}] }, "clients[0].workload is missing"],
      [
        { clients: [{ workload: { kind: "poison", requestsPerSecond: 1 } }] },
        "clients[0].workload.kind must be a kind",
      ],
      [{ clients: [{ workload: { kind: "saturated", waiting: -1 } }] }, "clients[0].workload.waiting must be"],
      [{ clockJumps: [{ atMs: 5 }] }, "clockJumps[0] must have atMs, and either wallMs or sleepMs, in milliseconds"],
      [{ clockJumps: [{ atMs: 13_000, sleepMs: 1 }] }, "clockJumps[0].atMs is 13000, but the run ends at 12000"],
      [{ clients: [{ workload, joinsAtMs: 5, leavesAtMs: 5 }] }, "clients[0].leavesAtMs must come after joinsAtMs"],
      [{ clients: [{ workload, joinsAtMs: 12_000 }] }, "clients[0].joinsAtMs is 12000, but the run ends at 12000"],
      [{ clients: [{ workload, options: { queue: { sizeMax: -1 } } }] }, "clients[0].options queue.sizeMax must be"],
      [{ options: { control: { epochs: 3 } } }, "options unknown option control.epochs"],
      [{ options: { random: () => 4 } }, "options.random is the world's own"],
    ] as const) {
      const [first, ...more] = complaints(changes);
      expect(more).toEqual([]);
      expect(first).toContain(complaint);
    }
  });

  it("finds everything that is wrong, not the first thing alone", () => {
    expect(
      complaints({ name: "", durationMs: -1, bounds: [{ metric: "x" }, { metric: "goodput", of: "y" }] }),
    ).toHaveLength(4);
  });

  it("has nothing against those that are built in", () => {
    expect(SCENARIOS.length).toBeGreaterThan(40);
    expect(SCENARIOS.flatMap((scenario) => problemsOf(scenario))).toEqual([]);
  });

  it("throws for a program's scenario, a line for each problem", () => {
    expect(() => checkScenario(someScenario({ durationMs: -1, story: "" }))).toThrow(
      /^scenario 'some': story must be .+\nscenario 'some': durationMs must be .+$/,
    );
    for (const nothing of [undefined, null, 5, "s01", []]) {
      expect(() => checkScenario(nothing as unknown as Scenario)).toThrow(/^scenario: (must be an object|is missing)/);
    }
  });
});
