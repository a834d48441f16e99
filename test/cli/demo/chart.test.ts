import { describe, expect, it } from "vitest";
import { barChart, sparkline, timeAxis } from "../../../src/cli/demo/chart.js";

describe("barChart", () => {
  it("draws values as bars to an eighth of a row, and the limit as a line", () => {
    const columns = [
      { value: 4, limit: 4 },
      { value: 2, limit: 4 },
      { value: 2.5, limit: 1 },
      { value: 0, limit: 0 },
    ];
    expect(barChart(columns, { rows: 4 })).toEqual([
      "   4 ┤━━", //
      "     │█ ▄",
      "   2 ┤███",
      "     │██━━",
    ]);
  });

  it("has room for the highest of both, and for nothing at all", () => {
    expect(barChart([{ value: 13, limit: 2 }], { rows: 3 })[0]).toMatch(/^ {2}15 ┤/);
    expect(barChart([], { rows: 2 })).toHaveLength(2);
  });
});

describe("sparkline", () => {
  it("shows the least of something, and nothing as nothing", () => {
    expect(sparkline([0, 0.01, 4, 8, 9], 8)).toBe(" ▁▄██");
  });
});

describe("timeAxis", () => {
  it("marks each ten seconds at its own column", () => {
    expect(timeAxis(25).split("\n")[1]).toBe("      0         10        20 s");
  });
});
