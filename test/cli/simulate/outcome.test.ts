import { describe, expect, it } from "vitest";
import type { Judgement, Simulation } from "../../../simulations/index.js";
import { outcomeTable, violationText } from "../../../src/cli/simulate/outcome.js";

const paint = (_: string, text: string): string => text;
const look = { paint, columns: 80 };

function judgement(changes: Partial<Judgement> = {}): Judgement {
  return {
    scenario: "one",
    contestant: "sluice",
    bound: { metric: "refused", atMost: 0.01 },
    values: [
      { seed: 1, value: 0.01 },
      { seed: 2, value: 0.03 },
    ],
    value: 0.02,
    holds: false,
    worstSeed: 2,
    ...changes,
  };
}

function simulation(judgements: readonly Judgement[], changes: Partial<Simulation> = {}): Simulation {
  const metrics = { goodput: 0.9, refused: 0.02, waitP99Ms: 1_500 } as Simulation["runs"][number]["metrics"];
  return {
    runs: [1, 2].map((seed) => ({ scenario: "one", contestant: "sluice", seed, metrics })),
    judgements,
    failures: [],
    isComplete: true,
    ...changes,
  };
}

describe("the table of a simulation", () => {
  it("says which bound is missed, by how much, and how many more", () => {
    const held = judgement({ holds: true });
    const goodput = judgement({ bound: { metric: "goodput", atLeast: 0.9 }, value: 0.89996 });
    const lastLine = (...judgements: Judgement[]) => outcomeTable(simulation(judgements), look).split("\n").at(-1);
    expect(lastLine()).toBe("one         0.900   2.00 %    1.50 s  none");
    expect(lastLine(held)).toBe("one         0.900   2.00 %    1.50 s  1 held");
    expect(lastLine(judgement())).toBe("one         0.900   2.00 %    1.50 s  refused 2.00 % > 1 %");
    expect(lastLine(goodput, judgement())).toBe("one         0.900   2.00 %    1.50 s  goodput 0.89996 < 0.9, 1 more");
    expect(lastLine(judgement({ value: Number.NaN }))).toMatch(/refused not measured$/);
  });

  it("counts them where the terminal is too narrow for that", () => {
    const narrow = outcomeTable(simulation([judgement(), judgement()]), { paint, columns: 55 });
    expect(narrow.split("\n").at(-1)).toBe("one         0.900   2.00 %    1.50 s  2 of 2 missed");
  });

  it("has a row for who failed, though there is nothing to show", () => {
    const failures = [{ scenario: "one", contestant: "openai", seed: 1, error: "it isn't installed" }];
    const lines = outcomeTable(simulation([], { failures }), look).split("\n");
    expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
      ["scenario", "contestant", "goodput", "refused", "p99 wait", "bounds"],
      ["one", "sluice", "0.900", "2.00 %", "1.50 s", "none"],
      ["one", "openai", "-", "-", "-", "failed"],
    ]);
  });
});

describe("a missed bound", () => {
  const text = (changes: Partial<Judgement>) =>
    violationText(judgement(changes), {
      look,
      again: ({ worstSeed }) => ["sluice", "simulate", "it's", String(worstSeed)],
    });

  it("is told with what was wanted, what came, the worst seed, the reason and the command", () => {
    const bound = {
      metric: "refused",
      atMost: 0.01,
      within: { fromMs: 1_000, untilMs: 2_500 },
      because: "so",
    } as const;
    expect(text({ bound })).toBe(
      [
        "  one: refused of sluice from 1 s to 2.5 s must be at most 1 %",
        "    mean 2.00 %, worst 3.00 % with seed 2",
        "    so",
        "    sluice simulate 'it'\\''s' 2",
      ].join("\n"),
    );
  });

  it("says so where there was nothing to measure, or one seed alone", () => {
    expect(text({ value: Number.NaN })).toContain("    nothing to measure with seed 2\n");
    expect(text({ values: [{ seed: 2, value: 0.02 }] })).toContain("    2.00 %, seed 2\n");
    expect(text({ bound: { metric: "refused", atMost: 0.01, over: "worst" }, value: 0.03 })).toContain(
      "    3.00 %, worst 3.00 % with seed 2\n",
    );
  });
});
