import { joined } from "../peek.js";
import type { Slot } from "../slot.js";
import type { HeadersIn } from "./asker.js";
import { type ByteScan, byteScanOf, textOf } from "./byte-scan.js";

/** The body of an accepted answer as it passes: what it says of itself goes to its slot. */
export class Reading {
  readonly #slot: Slot;
  readonly #headers: HeadersIn;
  readonly #scan: ByteScan | undefined;
  #chunks: Uint8Array[] | undefined = undefined;
  #tellJson: ((value: unknown) => void) | undefined = undefined;

  constructor(slot: Slot, headers: HeadersIn) {
    this.#slot = slot;
    this.#headers = headers;
    this.#scan = byteScanOf(headers, slot);
  }

  /** All of it as JSON, once it is over; undefined where it is none. To be asked for before anything of it comes. */
  json(): Promise<unknown> {
    this.#chunks = [];
    return new Promise((resolve) => {
      this.#tellJson = resolve;
    });
  }

  feed(chunk: Uint8Array): void {
    this.#slot.touch();
    this.#chunks?.push(chunk);
    if (this.#scan === undefined) return;
    this.#scan.feed(chunk);
    // Whoever throws at an error may leave the rest unread, and not even cancel it.
    if (this.#scan.hasFailed) this.end();
  }

  /** It is over, or nobody cares any more. */
  end(): void {
    if (!this.#slot.isOver) this.#slot.end(this.#scan?.spent());
    if (this.#chunks === undefined) return;
    this.#tellJson?.(jsonOf(this.#chunks, this.#headers));
    this.#chunks = undefined;
  }
}

/** The JSON of a whole body; undefined where it is none. */
export function jsonOf(chunks: readonly Uint8Array[], headers: HeadersIn): unknown {
  try {
    return JSON.parse(textOf(joined(chunks), headers)) as unknown;
  } catch {
    return undefined;
  }
}
