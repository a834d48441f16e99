import { describe, expect, it } from "vitest";
import { problemsOf } from "../../../simulations/load/check.js";
import { findScenarios } from "../../../simulations/load/find.js";
import { simulate } from "../../../simulations/simulate.js";
import { DRAWN_KINDS, drawnByWord, drawScenario } from "../../../simulations/swarm/drawn.js";

const numbers = Array.from({ length: 200 }, (_, index) => index + 1);

describe.each(DRAWN_KINDS)("a %s that is drawn", (kind) => {
  it("is a scenario that keeps the rules, whatever its number", () => {
    for (const number of numbers) expect(problemsOf(drawScenario(kind, number)).map(String)).toEqual([]);
  });

  it("is data, the same for the same number, and another for another", () => {
    expect(JSON.parse(JSON.stringify(drawScenario(kind, 7)))).toEqual(drawScenario(kind, 7));
    expect(new Set(numbers.map((number) => JSON.stringify(drawScenario(kind, number).server))).size).toBeGreaterThan(
      195,
    );
  });

  it("is found by its name", async () => {
    const [found] = await findScenarios([`${kind}-17`]);
    expect(found?.scenario).toEqual(drawScenario(kind, 17));
    const many = await findScenarios([`${kind}-3..5`]);
    expect(many.map(({ word }) => word)).toEqual([`${kind}-3`, `${kind}-4`, `${kind}-5`]);
  });
});

describe("what is drawn", () => {
  it("covers what it says", () => {
    const told = numbers.map((number) => drawScenario("told-plant", number).server);
    expect(told.filter(({ headers }) => headers?.lies !== undefined).length / 200).toBeCloseTo(0.4, 1);
    const kinds = new Set(told.map(({ limit }) => (typeof limit === "function" ? "own" : limit.kind)));
    expect(kinds).toEqual(new Set(["policer", "window", "sliding"]));
    const untold = numbers.map((number) => drawScenario("plant", number).server);
    expect(
      untold.filter(({ schedule = [] }) => schedule.some(({ outageMs = 0 }) => outageMs > 0)).length,
    ).toBeGreaterThan(30);
    expect(untold.every(({ headers }) => headers === undefined)).toBe(true);
  });

  it("has no name but its own", () => {
    for (const word of ["swarm-0", "swarm-1x", "flock-1", "swarm-5..3", "swarm-1..9999999"]) {
      expect(drawnByWord(word)).toEqual([]);
    }
  });

  it("is used well where it is drawn first", async () => {
    const scenarios = [drawScenario("plant", 6), drawScenario("told-plant", 10)];
    const { runs, failures } = await simulate({ scenarios, seeds: [1], threads: 1 });
    expect(failures).toEqual([]);
    for (const { metrics } of runs) {
      expect(metrics.goodput).toBeGreaterThan(0.78);
      expect(metrics.refused).toBeLessThan(0.1);
    }
  });
});
