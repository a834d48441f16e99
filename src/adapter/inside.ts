import type { Witness } from "./context.js";
import type { SlotHolder } from "./slot.js";

/** A body inside a task has no slot of its own: what it says goes to the task. */
export function holderFor(witness: Witness): SlotHolder {
  return {
    correct(facts: Witness["failed"]): void {
      witness.failed = facts;
    },
    finish(actual: Witness["spent"]): void {
      if (actual !== undefined) witness.spent = actual;
    },
  };
}
