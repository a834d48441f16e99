import type { BudgetSnapshot } from "../../../flow/budgets.js";
import type { Sluice } from "../../../sluice.js";

export type { BudgetSnapshot };

/** The part of a sluice that a job needs. */
export type Governor = Pick<Sluice, "fetch" | "budgets" | "close">;
