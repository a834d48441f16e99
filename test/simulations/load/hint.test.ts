import { describe, expect, it } from "vitest";
import { hintOf } from "../../../simulations/load/hint.js";

const NAMES = [
  "s06-down-and-up",
  "s16-four-clients",
  "s16-four-clients-told",
  "f03-four-clients-slow",
  "s60-four-clients",
];

describe("a hint at what a name may mean", () => {
  it.each([
    ["s06-down-and-pu", "; did you mean 's06-down-and-up'?"],
    ["s6", "; did you mean 's06-down-and-up'?"],
    ["S06", "; did you mean 's06-down-and-up'?"],
    ["s06_down", "; did you mean 's06-down-and-up'?"],
    ["s16-four", "; did you mean 's16-four-clients' or 's16-four-clients-told'?"],
    ["slow", "; did you mean 'f03-four-clients-slow'?"],
    ["x", ""],
    ["", ""],
    ["lunch", ""],
  ])("%s%s", (typed, hint) => {
    expect(hintOf(typed, NAMES)).toBe(hint);
  });

  it("offers a few of many", () => {
    expect(hintOf("four", NAMES)).toBe(
      "; did you mean 's16-four-clients', 's16-four-clients-told', 'f03-four-clients-slow' or 's60-four-clients'?",
    );
    expect(hintOf("four", [...NAMES, "five-or-four"])).toMatch(/'s60-four-clients', …\?$/);
  });
});
