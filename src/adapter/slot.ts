import type { Cost } from "../cost.js";
import type { ResponseFacts } from "../signal/signal.js";
import { Expiring, type Expiry } from "./expiry.js";

/** Who hears what an accepted response's body has to say: the try itself, or the task around it. */
export interface SlotHolder {
  /** Whether anybody asks what was spent. */
  readonly wantsActual: boolean;
  correct(facts: ResponseFacts): void;
  finish(actual?: Cost): void;
}

/**
 * The slot of an accepted response: held until its body ends, is cancelled, idles out or is forgotten. It must not know
 * the response, which could then never be forgotten.
 */
export class Slot extends Expiring {
  /** Both are let go of at the end: whoever keeps the response would keep the whole request with it. */
  #facts: ResponseFacts | undefined;
  #holder: SlotHolder | undefined;
  readonly #idle: Expiry<Slot>;
  #branches = 0;
  #broken: { readonly reason: unknown } | undefined = undefined;

  constructor(facts: ResponseFacts, holder: SlotHolder, idle: Expiry<Slot>) {
    super();
    this.#facts = facts;
    this.#holder = holder;
    this.#idle = idle;
    idle.touch(this);
  }

  get isOver(): boolean {
    return this.#holder === undefined;
  }

  get wantsActual(): boolean {
    return this.#holder?.wantsActual === true;
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
    if (this.#holder !== undefined) this.#idle.touch(this);
  }

  /** The body says that the request failed after all. */
  correct(body: unknown): void {
    if (this.#facts !== undefined) this.#holder?.correct({ ...this.#facts, body });
  }

  /** The body is over. */
  end(spent?: Cost): void {
    const holder = this.#holder;
    if (holder === undefined) return;
    this.#holder = undefined;
    this.#facts = undefined;
    this.#idle.delete(this);
    holder.finish(spent);
  }

  /** The caller has given up the body: whoever still reads it is to hear why. */
  break(reason: unknown): void {
    this.#broken = { reason };
    this.end();
  }

  /** Hands on what was read, unless the body was given up meanwhile. */
  checked<T>(value: T): T {
    if (this.#broken !== undefined) throw this.#broken.reason;
    return value;
  }

  /** Why the reading failed: in the caller's own words where it was given up. */
  reasonOr(error: unknown): unknown {
    return this.#broken === undefined ? error : this.#broken.reason;
  }

  onExpire(): void {
    this.end();
  }
}
