import { describe, expect, it } from "vitest";
import type { Metrics } from "../../../simulations/measure/measure.js";
import { METRIC_NAMES } from "../../../simulations/measure/metrics.js";
import type { Judgement } from "../../../simulations/run/judge.js";
import type { Run, Simulation } from "../../../simulations/simulate.js";
import { crowdText, holdsEnough, partCrowds } from "../../../src/cli/simulate/crowd.js";

const plain = (_style: string, text: string): string => text;

function run(scenario: string, goodput: number): Run {
  const metrics = Object.fromEntries(METRIC_NAMES.map((name) => [name, 0])) as Record<keyof Metrics, number>;
  return { scenario, contestant: "sluice", seed: 1, metrics: { ...metrics, goodput } };
}

function judged(scenario: string, holds: boolean): Judgement {
  const bound = { metric: "goodput", atLeast: 0.85 } as const;
  return { scenario, contestant: "sluice", bound, values: [], value: 0, holds, worstSeed: 1 };
}

function simulation(count: number, broken: number): Simulation {
  const names = Array.from({ length: count }, (_, index) => `swarm-${index + 1}`);
  return {
    runs: [run("s01-ten-a-second", 1), ...names.map((name, index) => run(name, (index + 1) / count))],
    judgements: [judged("s01-ten-a-second", true), ...names.map((name, index) => judged(name, index >= broken))],
    failures: [],
    isComplete: true,
  };
}

describe("a crowd of drawn worlds", () => {
  it("is told of together, with quantiles and the names of its worst", () => {
    const { single, crowds } = partCrowds(simulation(20, 2));
    expect(single.runs.map(({ scenario }) => scenario)).toEqual(["s01-ten-a-second"]);
    expect(single.judgements).toHaveLength(1);
    const [crowd] = crowds;
    if (crowd === undefined) throw new Error("no crowd");
    expect(crowd).toMatchObject({ kind: "swarm", held: 18 });
    expect(crowd.worlds.size).toBe(20);
    const text = crowdText(crowd, { paint: plain, columns: 100 });
    expect(text).toContain("20 worlds drawn as swarm");
    expect(text).toMatch(/goodput +0\.525 +0\.100 +0\.500 +0\.900 +0\.050/);
    expect(text).toContain("swarm-1 0.050, swarm-2 0.100");
  });

  it("holds where nine in ten of its worlds do", () => {
    expect(partCrowds(simulation(20, 2)).crowds.every(holdsEnough)).toBe(true);
    expect(partCrowds(simulation(20, 3)).crowds.every(holdsEnough)).toBe(false);
  });

  it("is none where a few are drawn", () => {
    const few = simulation(19, 19);
    expect(partCrowds(few).crowds).toEqual([]);
    expect(partCrowds(few).single).toEqual(few);
  });
});
