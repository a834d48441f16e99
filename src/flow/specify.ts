import type { CompleteOptions } from "../complete.js";
import type { BudgetSpec } from "../control/budget.js";
import { withTraits } from "../control/retrait.js";
import type { Dimension } from "../cost.js";
import type { LimitTraits } from "../signal/signal.js";
import type { Lane } from "./lane.js";
import type { Reader } from "./reader.js";

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

/**
 * The first response that shows who answers tells what is documented of the budgets that are there already; where the
 * host was known from the start, they were made with it.
 */
export function tellTraits(lane: Lane, reader: Reader): void {
  if (lane.host !== undefined) return;
  for (const budget of lane.budgets) budget.state = withTraits(budget.state, reader.traits(lane, budget));
}
