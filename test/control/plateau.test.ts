import { describe, expect, it } from "vitest";
import { plateauTarget } from "../../src/control/plateau.js";
import { config, law } from "./a-law.js";

describe("the plateau", () => {
  it("begins at the rate after the cut and is a fortieth below the limit after four fifths of the epoch", () => {
    expect(plateauTarget(law, config, 0)).toBeCloseTo(8, 9);
    expect(plateauTarget(law, config, 6)).toBeCloseTo(9.75 - 1.75 / 4, 9);
    for (const elapsed of [12, 13.5, 15]) expect(plateauTarget(law, config, elapsed)).toBeCloseTo(9.75, 9);
  });

  it("probes along a parabola that crosses the limit after 1.27 epochs and tops it by a fifth after 1.8", () => {
    expect(plateauTarget(law, config, 15 + 12 / 3)).toBeCloseTo(10, 9);
    expect(plateauTarget(law, config, 15 + 12)).toBeCloseTo(12, 9);
  });

  it("has no jump where the probe begins", () => {
    expect(plateauTarget(law, config, 15.000001) - plateauTarget(law, config, 15)).toBeLessThan(1e-6);
  });

  it("probes more slowly where refusals come late, or the news would find it far above", () => {
    const late = { ...law, lag: 2 };
    expect(plateauTarget(late, config, 15 + 20)).toBeCloseTo(12, 9);
    expect(plateauTarget(late, config, 15 + 12)).toBeLessThan(11);
  });

  it("is the same curve at any scale of rate and time", () => {
    const fast = { ...law, anchor: 1000, base: 800 };
    for (const part of [0, 0.3, 0.9, 1.2, 1.9]) {
      const slow = plateauTarget(law, config, part * 15) / 10;
      expect(plateauTarget(fast, { ...config, epoch: 0.15 }, part * 0.15) / 1000).toBeCloseTo(slow, 9);
    }
  });
});
