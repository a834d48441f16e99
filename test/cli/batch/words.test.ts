import { describe, expect, it } from "vitest";
import { count, duration, rate, shortName } from "../../../src/cli/batch/words.js";

describe("words", () => {
  it.each([
    [400, "0s"],
    [59_400, "59s"],
    [59_600, "1m00s"],
    [80_000, "1m20s"],
    [3_599_400, "59m59s"],
    [3_600_000, "1h00m"],
    [172_790_000, "2d00h"],
    [900_000_000, "10d10h"],
  ])("a duration of %d ms is %s", (ms, text) => expect(duration(ms)).toBe(text));

  it.each([
    [0, "0"],
    [9_999, "9999"],
    [12_345, "12.3k"],
    [999_600, "1.00M"],
    [5_000_000, "5.00M"],
  ])("%d is counted as %s", (value, text) => expect(count(value)).toBe(text));

  it.each([
    [undefined, "-"],
    [0.05, "3.0/m"],
    [1, "1.0/s"],
    [42.25, "42.3/s"],
    [1e9, "1.00G/s"],
  ])("a rate of %s is %s", (perSecond, text) => expect(rate(perSecond)).toBe(text));

  it("shortens a name by its owner first, then in its middle", () => {
    expect(shortName("meta-llama/Llama-3.3-70B", 40)).toBe("meta-llama/Llama-3.3-70B");
    expect(shortName("meta-llama/Llama-3.3-70B", 15)).toBe("Llama-3.3-70B");
    expect(shortName("meta-llama/Llama-3.3-70B", 9)).toBe("Llam…-70B");
  });

  it("lets no name steer the terminal", () => {
    expect(shortName("a\u001b[2Jb\u202e", 20)).toBe("a?[2Jb?");
  });
});
