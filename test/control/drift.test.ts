import { describe, expect, it } from "vitest";
import { aheadOf, type DriftState, driftInitial, learnDrift } from "../../src/control/drift.js";

/** After a limit that is read each second. */
function driftAfter(limitAt: (second: number) => number, seconds: number): DriftState {
  let drift = driftInitial;
  for (let second = 0; second <= seconds; second++) drift = learnDrift(drift, limitAt(second), second);
  return drift;
}

const following = (second: number) => 10 * Math.exp(0.018 * second);

describe("the drift of an advertised limit", () => {
  it("is none while the limit stands still", () => {
    expect(driftAfter(() => 10, 60).perSecond).toBe(0);
  });

  it("is none where the limit is raised once", () => {
    for (let at = 1; at <= 12; at++) {
      for (let seconds = at; seconds <= 40; seconds++) {
        expect(driftAfter((second) => (second < at ? 10 : 40), seconds).perSecond).toBe(0);
      }
    }
  });

  it("is the growth of a limit that follows its use", () => {
    expect(driftAfter(following, 9).perSecond).toBe(0);
    expect(driftAfter(following, 10).perSecond).toBeCloseTo(0.018, 9);
  });

  it("ends when the limit does not rise any more, and at once when it falls", () => {
    expect(driftAfter((second) => following(Math.min(second, 20)), 25).perSecond).toBe(0);
    expect(driftAfter((second) => (second < 20 ? following(second) : 9), 20).perSecond).toBe(0);
  });

  it("carries a limit on to now, but not for ever", () => {
    const drift = driftAfter(following, 20);
    expect(10 * aheadOf(drift, 20)).toBeCloseTo(following(20), 6);
    expect(aheadOf(drift, -1)).toBe(1);
    expect(aheadOf(drift, 1e6)).toBeLessThan(1.5);
  });
});
