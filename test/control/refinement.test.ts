import { describe, expect, it } from "vitest";
import { createBudget } from "../../src/control/budget.js";
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

const LOOK: Refinement = { dueAt: 10, epoch: 0, basis: 400, after: 1, sent: 40, refused: 20 };

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
});
