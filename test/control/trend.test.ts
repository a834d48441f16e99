import { describe, expect, it } from "vitest";
import { countInTrend, createTrend, learnTrend, type TrendState } from "../../src/control/trend.js";

const EPOCH = 15;

/** Stretches of the given length, each with its rate of accepts; all the time held back by the rate, if not said otherwise. */
function learnt(rates: readonly number[], { length = 20, heldBack = 1 } = {}): TrendState {
  let sent = 0;
  let trend = learnTrend(createTrend(), { now: 0, sent, heldBack: 0, epoch: EPOCH });
  rates.forEach((rate, index) => {
    sent += Math.round(rate * length);
    const now = (index + 1) * length;
    trend = learnTrend(trend, { now, sent, heldBack: heldBack * now, epoch: EPOCH });
  });
  return trend;
}

describe("the trend of a limit", () => {
  it("is none while the same is accepted from one refusal to the next", () => {
    expect(learnt([10, 10.2, 9.9, 10]).perSecond).toBe(0);
  });

  it("is the slope of what was accepted, learnt by halves", () => {
    const slope = Math.log(1.2) / 20;
    expect(learnt([10, 12]).perSecond).toBeCloseTo(slope / 2, 6);
    expect(learnt([10, 12, 14.4]).perSecond).toBeCloseTo((3 / 4) * slope, 3);
  });

  it("is forgotten soon after the limit stands still", () => {
    const rising = [10, 12, 14.4, 17.28];
    expect(learnt(rising).perSecond).toBeGreaterThan(0.007);
    expect(learnt([...rising, 17.28, 17.28]).perSecond).toBe(0);
  });

  it("doesn't see a rise in what a few accepts more or less may be", () => {
    expect(learnt([0.5, 0.6]).perSecond).toBe(0);
    expect(learnt([50, 60]).perSecond).toBeGreaterThan(0);
  });

  it("takes a cut soon after another for a correction of that one", () => {
    const trend = learnt([10, 12]);
    expect(learnTrend(trend, { now: 47, sent: 500, heldBack: 47, epoch: EPOCH })).toBe(trend);
  });

  it("learns nothing from what something else than the rate held back", () => {
    expect(learnt([3, 6, 12], { heldBack: 0.5 }).perSecond).toBe(0);
  });

  it("counts what was accepted, not what was sent", () => {
    let trend = learnt([10]);
    for (let number = 201; number <= 240; number++) trend = countInTrend(trend, number);
    expect(countInTrend(trend, 200)).toBe(trend);
    // 240 more were sent, of which 200 were let in.
    expect(learnTrend(trend, { now: 40, sent: 440, heldBack: 40, epoch: EPOCH }).perSecond).toBe(0);
  });

  it("follows no rise beyond a doubling in half a minute", () => {
    expect(learnt([1, 10, 100, 1000]).perSecond).toBe(0.02);
  });
});
