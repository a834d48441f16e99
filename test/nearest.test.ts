import { describe, expect, it } from "vitest";
import { nearestName, nearestNames } from "../src/nearest.js";

describe("nearestName", () => {
  it.each([
    ["serv", ["simulate", "serve"], "serve"],
    ["sreve", ["run", "serve"], "serve"],
    ["Run", ["run"], "run"],
    ["ab", ["a", "xy"], undefined],
    ["compare", ["simulate", "serve"], undefined],
    ["tune", [], undefined],
  ])("of %s among %j is %s", (typed, names, nearest) => expect(nearestName(typed, names)).toBe(nearest));
});

describe("nearestNames", () => {
  it("are as many as are asked for, the nearest first, case aside", () => {
    const names = ["gpt-4o", "GPT-4.1", "gpt-4", "claude"];
    expect(nearestNames("Gpt-4", names, 2)).toEqual(["gpt-4", "gpt-4o"]);
    expect(nearestNames("gpt-4", names, 9)).toEqual(["gpt-4", "gpt-4o", "GPT-4.1"]);
    expect(nearestNames("mistral", names, 9)).toEqual([]);
  });
});
