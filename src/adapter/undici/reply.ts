import type { Dispatcher } from "undici";
import type { Answer } from "../ask.js";
import { STATUS_FINAL_MIN } from "../response.js";
import type { Controller, HeadersIn } from "./asker.js";
import { jsonOf } from "./reading.js";

/** Hears the answer to a question of our own, as undici tells it. */
export class Reply implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: unknown) => void;
  #status = 0;
  #headers: HeadersIn = {};
  readonly #chunks: Uint8Array[] = [];

  constructor(resolve: (answer: Answer) => void, reject: (error: unknown) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  onRequestStart(): void {}

  onResponseStart(_controller: Controller, status: number, headers: HeadersIn): void {
    if (status < STATUS_FINAL_MIN) return;
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Controller, chunk: Uint8Array): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#resolve({ status: this.#status, value: jsonOf(this.#chunks, this.#headers) });
  }

  onResponseError(_controller: Controller, error: unknown): void {
    this.#reject(error);
  }
}
