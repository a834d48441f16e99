import type { CompleteOptions } from "../complete.js";
import type { BudgetSpec } from "../control/budget.js";
import type { Dimension } from "../cost.js";
import type { LimitTraits } from "../signal/signal.js";

/** A budget to be made: what it limits, what is documented of that, and what brought it into being. */
export interface Wanted {
  readonly limit: { readonly dimension: Dimension; readonly scope?: string };
  readonly traits: LimitTraits;
  readonly born: BudgetSpec["born"];
}

/** What a budget is made of, with the options of this sluice. */
export function specOf({ limit, traits, born }: Wanted, control: CompleteOptions["control"]): BudgetSpec {
  return {
    dimension: limit.dimension,
    ...(limit.scope === undefined ? {} : { scope: limit.scope }),
    law: control.law,
    epochMs: control.epochMs,
    multiplicativeDecrease: control.multiplicativeDecrease,
    ...(control.additiveIncrease === undefined ? {} : { additiveIncrease: control.additiveIncrease }),
    rateInitial: control.rateInitial,
    rateMin: control.rateMin,
    rateMax: control.rateMax,
    burst: control.burst,
    startDoublingMs: control.startDoublingMs,
    traits,
    ...(born === undefined ? {} : { born }),
  };
}
