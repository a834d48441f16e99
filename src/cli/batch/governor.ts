import type { BudgetSnapshot } from "../../flow/budgets.js";
import type { RequestOptions } from "../../options.js";

export type { BudgetSnapshot };

/** The part of a sluice that a job needs. */
export interface Governor {
  readonly fetch: typeof globalThis.fetch;
  with<T>(options: RequestOptions, fn: () => T): T;
  budgets(): readonly BudgetSnapshot[];
  close(options?: { readonly abort?: boolean }): Promise<void>;
}
