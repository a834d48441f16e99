import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type { Movable, Stalls } from "./stalls.js";

/** What ends it early. */
export interface UploadBounds {
  /** What so many bytes are an error of, if they are. */
  errorAt(bytes: number): Error | undefined;
  /** Where it is looked after while its client is to send more, and what a stall is an error of. */
  readonly stalls: Stalls;
  errorOnStall(): Error;
}

/**
 * The body of a request on its way: what was read of it already, and the rest at the pace at which this is read. Its end
 * isn't the request's, whose connection still has to bear an answer.
 */
export class UploadStream extends Readable implements Movable {
  hasMoved = true;
  readonly #request: IncomingMessage;
  readonly #bounds: UploadBounds;
  #head: Buffer | undefined;
  #bytes: number;

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
    this.#bounds.stalls.add(this);
    this.#request.resume();
  }

  onStall(): void {
    this.destroy(this.#bounds.errorOnStall());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#bounds.stalls.delete(this);
    this.#request.off("data", this.#onData).off("end", this.#onEnd).off("close", this.#onClose);
    if (!this.#request.readableEnded) this.#request.pause();
    done(error);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.hasMoved = true;
    this.#bytes += chunk.byteLength;
    const error = this.#bounds.errorAt(this.#bytes);
    if (error !== undefined) this.destroy(error);
    else if (!this.push(chunk)) {
      this.#request.pause();
      this.#bounds.stalls.delete(this);
    }
  };

  readonly #onEnd = (): void => {
    this.#bounds.stalls.delete(this);
    this.push(null);
  };

  readonly #onClose = (): void => {
    // It closes after its end too, while the last of it is still on its way.
    if (!this.#request.complete) this.destroy(Object.assign(new Error("the client has left"), { name: "AbortError" }));
  };
}
