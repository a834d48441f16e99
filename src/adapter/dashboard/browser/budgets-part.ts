import type { BudgetSnapshot } from "../../../flow/budgets.js";
import type { Cell } from "../../../page/browser/table-rows.js";
import { keyName } from "../key-name.js";
import { amount, perSecond, phaseText, span, storeText } from "./words.js";

/** The table of all budgets. */
export function budgetRows(rows: Iterable<BudgetSnapshot>): readonly (readonly Cell[])[] {
  return [...rows].map((row) => {
    const { name, where } = keyName(row.key);
    const scope = row.scope === undefined ? "" : ` (${row.scope})`;
    return [
      where === "" ? name : `${name}, ${where}`,
      row.dimension + scope,
      phaseText(row),
      row.dimension === "concurrency" ? `${amount(row.inFlightMax)} at once` : perSecond(row.ratePerSecond),
      perSecond(row.limitPerSecond),
      amount(row.remaining),
      span(row.resetInMs),
      amount(row.queued),
      amount(row.inFlight),
      amount(row.accepted),
      amount(row.throttled),
      amount(row.overloaded),
      storeText(row) || null,
    ];
  });
}
