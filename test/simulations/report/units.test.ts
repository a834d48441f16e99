import { describe, expect, it } from "vitest";
import { clockText, durationText, metricText, numberText, shareText } from "../../../simulations/report/units.js";

describe("values as words", () => {
  it.each([
    ["goodput", 0.99612, "99.61 %"],
    ["refused", 0.0063, "0.63 %"],
    ["refused", 0.256, "25.6 %"],
    ["waitP99Ms", 9_234, "9.23 s"],
    ["refusedCount", 12_345, "12,345"],
    ["cov", 0.51234, "0.512"],
    ["goodput", Number.NaN, "–"],
    ["a-metric-of-tomorrow", 1_234.5678, "1,230"],
  ])("%s of %d is %s", (name, value, text) => {
    expect(metricText(name, value)).toBe(text);
  });

  it.each([
    [0, "0 ms"],
    [999.4, "999 ms"],
    [1_000, "1 s"],
    [60_000, "1 min"],
    [3_725_000, "1 h 2 min 5 s"],
    [Number.POSITIVE_INFINITY, "never"],
  ])("%d ms is %s", (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  it("shows instants as a clock does", () => {
    expect([0, 65_000, 3_600_000].map(clockText)).toEqual(["0:00", "1:05", "1:00:00"]);
  });

  it("groups digits, and keeps shares next to all or nothing apart from them", () => {
    expect(numberText(1_234_567.5)).toBe("1,234,567.5");
    expect([0, 1, 0.9995, 0.5].map(shareText)).toEqual(["0.00 %", "100.00 %", "99.95 %", "50.0 %"]);
  });
});
