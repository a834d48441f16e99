import { describe, expect, it } from "vitest";
import { commandText, seedsText, wrapped } from "../../../src/cli/simulate/words.js";

describe("words of a simulation", () => {
  it("names seeds", () => {
    expect([seedsText([7]), seedsText([1, 2, 3]), seedsText([1, 3])]).toEqual(["seed 7", "seeds 1 to 3", "seeds 1, 3"]);
  });

  it("writes a command that a shell reads as these words", () => {
    expect(commandText(["sluice", "simulate", "./my file.json#a", "--law", "it's"])).toBe(
      "sluice simulate './my file.json#a' --law 'it'\\''s'",
    );
  });

  it("wraps a text", () => {
    expect(wrapped("one two three four", { width: 10, indent: "  " })).toBe("  one two\n  three\n  four");
    expect(wrapped("incomprehensibilities", { width: 10, indent: " " })).toBe(" incomprehensibilities");
  });
});
