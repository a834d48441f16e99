import type { Failure } from "../../../simulations/simulate.js";

/** Failures that the scenarios' own code is to blame for, told once each, and the others. */
export function partOwnCode(failures: readonly Failure[]): {
  readonly mistakes: readonly string[];
  readonly others: readonly Failure[];
} {
  const mistakes = failures.filter(({ isOwnCode = false }) => isOwnCode);
  return {
    mistakes: [...new Set(mistakes.map(({ scenario, error }) => `${scenario}: ${error}`))],
    others: failures.filter((failure) => !mistakes.includes(failure)),
  };
}
