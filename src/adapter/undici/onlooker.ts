import type { ResponseFacts } from "../../signal/signal.js";
import type { Witness } from "../context.js";
import { holderFor } from "../inside.js";
import { Slot } from "../slot.js";
import type { Waits } from "../waits.js";
import type { Asker } from "./asker.js";
import type { Court } from "./court.js";

/** Looks on at a request inside a task: the task's try has the permit already, and hears what came of it. */
export class Onlooker implements Court {
  readonly #witness: Witness;
  readonly #asker: Asker;
  readonly #waits: Waits;
  isOver = false;

  constructor(witness: Witness, asker: Asker, waits: Waits) {
    this.#witness = witness;
    this.#asker = asker;
    this.#waits = waits;
    witness.seen = undefined;
  }

  accept(facts: ResponseFacts): Slot {
    this.isOver = true;
    this.#witness.seen = facts;
    return new Slot(facts, holderFor(this.#witness), this.#waits.idle);
  }

  refuse(facts: ResponseFacts): boolean {
    this.isOver = true;
    this.#witness.seen = facts;
    return true;
  }

  fail(error: unknown): void {
    this.isOver = true;
    this.#asker.fail(error);
  }

  land(): void {}
}
