import { describe, expect, it } from "vitest";
import {
  beforeAllIsTold,
  countedLate,
  createBudget,
  onResponse,
  onSend,
  sentEarlier,
} from "../../src/control/budget.js";
import { maybeRefine, type Refinement, refineEarly } from "../../src/control/refinement.js";
import type { BudgetState } from "../../src/control/state.js";

const SPEC = {
  dimension: "requests",
  law: "plateau",
  epochMs: 15_000,
  multiplicativeDecrease: 0.8,
  rateInitial: 400,
  rateMin: 0.05,
  rateMax: 1e9,
  burst: 5,
  startDoublingMs: 2_700,
  traits: {},
} as const;

const LOOK: Refinement = { dueAt: 10, epoch: 0, basis: 400, after: 1, since: 8, sent: 40, refused: 20 };

/** Just after the cut that ended a start at 400 a second, where the limit is 200. */
function afterStart(rate: number, refinement: Refinement = LOOK): BudgetState {
  const state = createBudget(SPEC, 0);
  return { ...state, refinement, law: { ...state.law, mode: "avoid", rate, anchor: 376, base: rate, epoch: 1 } };
}

describe("the second look at the cut that ended the start", () => {
  it("lowers what is too fast still, and what was sent meanwhile is no news of the new rate", () => {
    expect(maybeRefine(afterStart(252), 10).law).toMatchObject({ rate: 180, anchor: 200, epoch: 2 });
    expect(maybeRefine(afterStart(252), 9)).toMatchObject({ law: { rate: 252, epoch: 1 } });
  });

  it("opens no epoch where the cut was deep enough", () => {
    expect(maybeRefine(afterStart(150), 10).law).toMatchObject({ rate: 150, anchor: 200, epoch: 1 });
  });

  it("is taken early where what the cut left is refused too, unless another cut came in between", () => {
    expect(refineEarly(afterStart(252))).toMatchObject({ rate: 180, anchor: 200, epoch: 2 });
    expect(refineEarly(afterStart(150))).toBe(null);
    expect(refineEarly(afterStart(252, { ...LOOK, epoch: 5 }))).toBe(null);
  });

  it("counts what is told late only where it was sent behind the first refused one, and in no cohort since", () => {
    const told = (sentAtMs: number, epoch: number) => {
      const state = afterStart(252);
      const { state: after, stamp } = onSend(state, SEND);
      return countedLate(after, sentEarlier(state, stamp, sentAtMs, epoch));
    };
    expect(told(8_500, 0).state).toMatchObject({ refinement: { sent: 41, refused: 20 }, sent: 0 });
    expect(told(7_500, 0).state).toMatchObject({ refinement: { sent: 40, refused: 20 }, sent: 0 });
    expect(told(9_000, 1).state).toMatchObject({ refinement: { sent: 40, refused: 20 }, sent: 1 });
    const { state, stamp } = told(8_500, 0);
    const refused = onResponse(state, { nowMs: 9_100, stamp, verdict: "refused", dice: 0.5 });
    expect(refused.state).toMatchObject({
      refinement: { sent: 41, refused: 21 },
      recent: { older: { refused: 0 }, younger: { refused: 0 } },
      law: { epoch: 1 },
    });
    // It was counted as sent when it was, and is taken back from there.
    const sum = (counts: readonly number[]) => counts.reduce((total, each) => total + each, 0);
    expect(sum(state.delivered.counts)).toBe(1);
    expect(sum(refused.state.delivered.counts)).toBe(0);
  });

  it("waits until all is told", () => {
    const state = beforeAllIsTold(afterStart(252), 10_500);
    expect(maybeRefine(state, 10.5).law.rate).toBe(252);
    expect(maybeRefine(state, 10.6).law.rate).toBe(180);
  });
});

const SEND = { nowMs: 9_050, charged: 1, expected: 0, isBurst: false, isBottleneck: true, inFlightBefore: 0 } as const;
