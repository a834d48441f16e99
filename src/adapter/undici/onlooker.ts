import type { ResponseFacts } from "../../signal/signal.js";
import type { Witness } from "../context.js";
import { Onlooker } from "../inside.js";
import type { Waits } from "../waits.js";
import type { Asker, HeadersIn } from "./asker.js";
import type { Court } from "./court.js";
import { Reading } from "./reading.js";

/** Looks on at a request inside a task that is sent through a dispatcher. Whoever asked for it hears all of it. */
export class DispatchOnlooker implements Court {
  readonly #onlooker: Onlooker;
  readonly #asker: Asker;

  constructor(witness: Witness, waits: Waits, asker: Asker) {
    this.#onlooker = new Onlooker(witness, waits);
    this.#asker = asker;
  }

  receive(facts: ResponseFacts, headers: HeadersIn): Reading {
    return new Reading(this.#onlooker.accept(facts), headers);
  }

  refuse(facts: ResponseFacts): boolean {
    this.#onlooker.refuse(facts);
    return true;
  }

  fail(error: unknown): void {
    this.#asker.fail(error);
  }

  land(): void {}
}
