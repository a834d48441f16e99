import type { Cost } from "../cost.js";
import type { ResponseFacts } from "../signal/signal.js";
import type { Witness } from "./context.js";
import { Slot, type SlotHolder } from "./slot.js";
import type { Waits } from "./waits.js";

/** Looks on at a request inside a task: the task's try has the permit already, and hears what came of it. */
export class Onlooker implements SlotHolder {
  /** The task's try is asked for it, and that isn't known here. */
  readonly wantsActual = true;
  readonly #witness: Witness;
  readonly #waits: Waits;

  constructor(witness: Witness, waits: Waits) {
    this.#witness = witness;
    this.#waits = waits;
    witness.seen = undefined;
  }

  /** An answer that is no refusal. Its body has no slot of its own: what it says goes to the task. */
  accept(facts: ResponseFacts): Slot {
    this.#witness.seen = facts;
    return new Slot(facts, this, this.#waits.idle);
  }

  /** A refusal, with its body. */
  refuse(facts: ResponseFacts): void {
    this.#witness.seen = facts;
  }

  correct(facts: ResponseFacts): void {
    this.#witness.failed = facts;
  }

  finish(actual?: Cost): void {
    if (actual !== undefined) this.#witness.spent = actual;
  }
}
