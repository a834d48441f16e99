import type { BudgetState } from "./control/budget.js";
import type { Dimension } from "./cost.js";

/** What `snapshot()` gives: plain JSON, to be stored and handed to `createSluice({ state })`. */
export interface SluiceState {
  readonly version: 1;
  /** Wall time of the snapshot, in milliseconds since 1970. */
  readonly takenAtMs: number;
  readonly keys: readonly {
    readonly key: string;
    readonly budgets: readonly {
      readonly dimension: Dimension;
      readonly scope?: string;
      readonly state: BudgetState;
    }[];
  }[];
}
