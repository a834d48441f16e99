import type { ModelProgress } from "../progress.js";

/** What the live page of a run tells beside its budgets, as JSON. */
export interface RunView {
  readonly requests: string;
  readonly output: string | undefined;
  readonly errors: string | undefined;
  readonly elapsedMs: number;
  readonly models: readonly ModelProgress[];
  /** Failures of this run by status or code, the most frequent first. */
  readonly failures: readonly (readonly [reason: string, times: number])[];
  /** Lines that could not be sent. */
  readonly problems: number;
  /** How it ended, once it has: the same words that stand on the terminal. */
  readonly ending?: { readonly isGood: boolean; readonly text: string };
}
