import type { Cost } from "../cost.js";
import type { ResponseFacts } from "../signal/signal.js";
import { Expiring, type Expiry } from "./expiry.js";

/** Who hears what an accepted response's body has to say: the try itself, or the task around it. */
export interface SlotHolder {
  correct(facts: ResponseFacts): void;
  finish(actual?: Cost): void;
}

/**
 * The slot of an accepted response: held until its body ends, is cancelled, idles out or is forgotten. It must not know
 * the response, which could then never be forgotten.
 */
export class Slot extends Expiring {
  readonly facts: ResponseFacts;
  readonly #holder: SlotHolder;
  readonly #idle: Expiry<Slot>;
  #branches = 0;
  #isOver = false;

  constructor(facts: ResponseFacts, holder: SlotHolder, idle: Expiry<Slot>) {
    super();
    this.facts = facts;
    this.#holder = holder;
    this.#idle = idle;
    idle.touch(this);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** One more response shares the body: the first, or a clone. */
  join(): void {
    this.#branches += 1;
  }

  /** One of them was cancelled or forgotten. The body goes on for the others. */
  leave(spent?: Cost): void {
    this.#branches -= 1;
    if (this.#branches <= 0) this.end(spent);
  }

  /** Something came, or was asked for. */
  touch(): void {
    if (!this.#isOver) this.#idle.touch(this);
  }

  /** The body says that the request failed after all. */
  correct(body: unknown): void {
    if (!this.#isOver) this.#holder.correct({ ...this.facts, body });
  }

  /** The body is over. */
  end(spent?: Cost): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#idle.delete(this);
    this.#holder.finish(spent);
  }

  onExpire(): void {
    this.end();
  }
}
