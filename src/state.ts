import type { BudgetState } from "./control/budget.js";
import type { Dimension } from "./cost.js";

/** What `snapshot()` gives: plain JSON, to be stored and handed to `createSluice({ state })`. */
export interface SluiceState {
  readonly version: 1;
  /** Wall time of the snapshot, in milliseconds since 1970. */
  readonly takenAtMs: number;
  readonly keys: readonly KeyState[];
}

/** What was learnt of one key. */
export interface KeyState {
  readonly key: string;
  /** Wall time of its last use, in milliseconds since 1970: its budgets have been refilling since. */
  readonly usedAtMs: number;
  readonly budgets: readonly {
    readonly dimension: Dimension;
    readonly scope?: string;
    readonly state: BudgetState;
  }[];
}
