import { describe, expect, it } from "vitest";
import { additiveTarget } from "../../src/control/aimd.js";
import { config, law } from "./a-law.js";

describe("plain additive increase", () => {
  it("is back at the last limit after one epoch, at any scale", () => {
    expect(additiveTarget(law, config, 15)).toBeCloseTo(10, 9);
    expect(additiveTarget({ ...law, anchor: 0.5, base: 0.4 }, config, 15)).toBeCloseTo(0.5, 9);
  });

  it("gains an absolute step each second where one is given", () => {
    expect(additiveTarget(law, { ...config, additiveIncrease: 0.1 }, 15)).toBeCloseTo(9.5, 9);
  });
});
