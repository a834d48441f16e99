import type { BudgetState } from "./control/budget.js";
import type { Dimension } from "./cost.js";

/** What `snapshot()` gives: plain JSON, to be stored and handed to `createSluice({ state })`. */
export interface SluiceState {
  /** Of this form of it. */
  readonly version: 1;
  /** Wall time of the snapshot, in milliseconds since 1970. */
  readonly takenAtMs: number;
  /** Those that were used; more than `keysMax` of them are taken from the end. */
  readonly keys: readonly KeyState[];
}

/** What was learnt of one key. */
export interface KeyState {
  /** Whose budgets they are. */
  readonly key: string;
  /** Wall time of its last use, in milliseconds since 1970: its budgets have been refilling since. */
  readonly usedAtMs: number;
  /** One for each dimension, and scope. */
  readonly budgets: readonly {
    /** What it counts. */
    readonly dimension: Dimension;
    /** Names a second budget of the same dimension. */
    readonly scope?: string;
    /** The control's own: to be stored as it is, and to be read by nobody else. */
    readonly state: BudgetState;
  }[];
}
