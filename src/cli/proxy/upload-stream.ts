import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { systemClock } from "../../clock.js";

/** What ends it early. */
export interface UploadBounds {
  /** What so many bytes are an error of, if they are. */
  errorAt(bytes: number): Error | undefined;
  /** Longest wait for the next bytes, in milliseconds, and what it is an error of. */
  readonly stallMs: number;
  errorOnStall(): Error;
}

/**
 * The body of a request on its way: what was read of it already, and the rest at the pace at which this is read. Its end
 * isn't the request's, whose connection still has to bear an answer.
 */
export class UploadStream extends Readable {
  readonly #request: IncomingMessage;
  readonly #bounds: UploadBounds;
  #head: Buffer | undefined;
  #bytes: number;
  #cancelTimer: (() => void) | undefined = undefined;

  constructor(head: Buffer, request: IncomingMessage, bounds: UploadBounds) {
    super();
    this.#head = head;
    this.#bytes = head.byteLength;
    this.#request = request;
    this.#bounds = bounds;
    request.on("data", this.#onData).on("end", this.#onEnd).on("close", this.#onClose);
  }

  override _read(): void {
    const head = this.#head;
    this.#head = undefined;
    if (head !== undefined && !this.push(head)) return;
    this.#cancelTimer ??= systemClock.after(this.#bounds.stallMs, () => this.destroy(this.#bounds.errorOnStall()));
    this.#request.resume();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#awaitNoMore();
    this.#request.off("data", this.#onData).off("end", this.#onEnd).off("close", this.#onClose);
    if (!this.#request.readableEnded) this.#request.pause();
    done(error);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#awaitNoMore();
    this.#bytes += chunk.byteLength;
    const error = this.#bounds.errorAt(this.#bytes);
    if (error !== undefined) this.destroy(error);
    else if (!this.push(chunk)) this.#request.pause();
    else this._read();
  };

  readonly #onEnd = (): void => {
    this.#awaitNoMore();
    this.push(null);
  };

  readonly #onClose = (): void => {
    if (!this.readableEnded) this.destroy(Object.assign(new Error("the client has left"), { name: "AbortError" }));
  };

  #awaitNoMore(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}
