import { describe, expect, it } from "vitest";
import { additiveTarget } from "../../src/control/aimd.js";
import type { LawConfig, LawState } from "../../src/control/law.js";

const config: LawConfig = {
  law: "plateau",
  epoch: 15,
  decrease: 0.8,
  additiveIncrease: null,
  rateInitial: 1,
  rateMin: 0.05,
  rateMax: 1e9,
  startDoubling: 2.7,
};
const law: LawState = {
  mode: "avoid",
  rate: 8,
  anchor: 10,
  base: 8,
  elapsed: 0,
  ceiling: null,
  epoch: 1,
  cutAt: 0,
  lag: 0,
};

describe("plain additive increase", () => {
  it("is back at the last limit after one epoch, at any scale", () => {
    expect(additiveTarget(law, config, 15)).toBeCloseTo(10, 9);
    expect(additiveTarget({ ...law, anchor: 0.5, base: 0.4 }, config, 15)).toBeCloseTo(0.5, 9);
  });

  it("gains an absolute step each second where one is given", () => {
    expect(additiveTarget(law, { ...config, additiveIncrease: 0.1 }, 15)).toBeCloseTo(9.5, 9);
  });
});
