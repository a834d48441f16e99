import type { Clock } from "../../clock.js";
import { joined } from "../peek.js";
import { REFUSAL_BYTES_MAX, REFUSAL_WAIT_MAX_MS } from "../response.js";

/** The beginning of a refusal's body as it comes in, until there is enough of it, or its time is up. */
export class Gathering {
  readonly #chunks: Uint8Array[] = [];
  readonly #onReady: () => void;
  readonly #cancelTimer: () => void;
  #bytes = 0;

  constructor(clock: Clock, onReady: () => void) {
    this.#onReady = onReady;
    this.#cancelTimer = clock.after(REFUSAL_WAIT_MAX_MS, onReady);
  }

  add(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.byteLength;
    if (this.#bytes >= REFUSAL_BYTES_MAX) this.#onReady();
  }

  /** No more of it is waited for. */
  close(): void {
    this.#cancelTimer();
  }

  bytes(): Uint8Array {
    return joined(this.#chunks);
  }
}
