import type { CompleteOptions } from "../complete.js";
import type { BudgetSpec } from "../control/budget.js";
import type { Dimension } from "../cost.js";
import { DEFAULTS } from "../defaults.js";
import type { EndpointRow } from "../dialect/dialect.js";
import type { LimitTraits } from "../signal/signal.js";
import type { Lane } from "./lane.js";
import type { Reader } from "./reader.js";

/** A budget to be made: what it limits, what is documented of that, and what brought it into being. */
export interface Wanted {
  readonly limit: { readonly dimension: Dimension; readonly scope?: string };
  readonly traits: LimitTraits;
  readonly born: BudgetSpec["born"];
  /** What is documented of the requests that draw on it. */
  readonly endpoint?: EndpointRow | undefined;
}

/** How long a number of jobs at once is believed before one more is tried, in milliseconds: they take hours, and are asked for by hand. */
const JOBS_EPOCH_MS = 120_000;

/** What a budget is made of, with the options of this sluice. */
export function specOf({ limit, traits, born, endpoint }: Wanted, control: CompleteOptions["control"]): BudgetSpec {
  const isOfJobs = limit.dimension === "concurrency" && endpoint?.jobs !== undefined;
  const isOwnRate = limit.dimension === "requests" && limit.scope === undefined && !control.isRateInitialGiven;
  const { startPerSecond = control.rateInitial } = (isOwnRate ? endpoint : undefined) ?? {};
  // What the user sets is in requests a second: taken for tokens, ten of them would be a standstill.
  const { rateMin, rateMax } = limit.dimension === "requests" ? control : DEFAULTS.control;
  return {
    dimension: limit.dimension,
    ...(limit.scope === undefined ? {} : { scope: limit.scope }),
    law: control.law,
    epochMs: isOfJobs ? Math.max(JOBS_EPOCH_MS, control.epochMs) : control.epochMs,
    multiplicativeDecrease: control.multiplicativeDecrease,
    ...(control.additiveIncrease === undefined ? {} : { additiveIncrease: control.additiveIncrease }),
    rateInitial: Math.min(control.rateMax, Math.max(control.rateMin, startPerSecond)),
    rateMin,
    rateMax,
    burst: control.burst,
    startDoublingMs: control.startDoublingMs,
    traits,
    ...(born === undefined ? {} : { born }),
  };
}

/**
 * The first response that shows who answers tells what is documented of the budgets that are there already, unless they
 * were made with it. A host alone doesn't tell: behind a gateway it is the headers that do.
 */
export function tellTraits(lane: Lane, reader: Reader, nowMs: number): void {
  if (reader.isForeseen(lane.host)) return;
  for (const budget of lane.budgets) budget.know(reader.traits(lane, budget), nowMs);
}
