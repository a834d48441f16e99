import type { IncomingMessage } from "node:http";
import type { BodyPlace, BodyRoom } from "./body-room.js";
import { type Refusal, Refused } from "./refusal.js";
import type { Movable, Stalls } from "./stalls.js";
import { UploadStream } from "./upload-stream.js";

/** The body of a request, as it can be sent on. */
export interface Body {
  /** Absent where there is none. What is held whole can be sent again. */
  readonly content?: Buffer | UploadStream;
  /** The beginning of what isn't. */
  readonly head?: Buffer;
  readonly length?: number;
}

/** How much is taken of a body. */
export interface UploadLimits {
  /** A longer one is refused, in bytes. */
  readonly bytesMax: number;
  /** A longer one isn't held, but sent on as it comes, in bytes. */
  readonly heldMax: number;
}

/** Whose body it is. */
export interface Uploader {
  /** All of it is here, or as much as is held. */
  onBody(body: Body): void;
  onRefused(refusal: Refusal): void;
  /** It is to be read from now on: whoever waits to be told so may be told. */
  onReading(): void;
}

/** Of what isn't held so much is read, in bytes: the model is mostly named at the beginning. */
const HEAD_BYTES = 65_536;

const NONE: Body = {};

/** Reads the body of a request, as far as it may be held. */
export class Upload implements Movable {
  hasMoved = true;
  readonly #request: IncomingMessage;
  readonly #limits: UploadLimits;
  readonly #uploader: Uploader;
  readonly #stalls: Stalls;
  readonly #length: number | undefined;
  #place: BodyPlace | undefined = undefined;
  #stream: UploadStream | undefined = undefined;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #bytesMax = 0;
  #isReading = false;

  constructor(request: IncomingMessage, limits: UploadLimits, uploader: Uploader, stalls: Stalls) {
    this.#stalls = stalls;
    this.#request = request;
    this.#limits = { ...limits, heldMax: Math.min(limits.heldMax, limits.bytesMax) };
    this.#uploader = uploader;
    this.#length = lengthOf(request);
  }

  /** Begins to read, as soon as there is room for it. */
  begin(room: BodyRoom): void {
    const length = this.#length;
    const { bytesMax, heldMax } = this.#limits;
    if (length === 0) return this.#uploader.onBody(NONE);
    if (length !== undefined && length > bytesMax) return this.#uploader.onRefused(tooLarge(bytesMax));
    // What doesn't say its length begins small, and grows while there is room: else a few would take all of it.
    this.#bytesMax = length === undefined || length > heldMax ? Math.min(HEAD_BYTES, heldMax) : length;
    this.#stalls.add(this);
    this.#place = room.take(this.#bytesMax, () => this.#read());
  }

  /** Lets go of it: it was sent, or nobody wants it any more. */
  release(): void {
    this.#stop();
    this.#stream?.destroy();
    this.#chunks = [];
    this.#place?.release();
  }

  #read(): void {
    this.#request.on("data", this.#onData).on("end", this.#onEnd);
    this.#isReading = true;
    this.hasMoved = true;
    this.#uploader.onReading();
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#chunks.push(chunk);
    this.#bytes += chunk.byteLength;
    this.hasMoved = true;
    // A length that was said is kept to by Node's parser.
    if (this.#bytes > this.#bytesMax || (this.#bytes === this.#bytesMax && this.#bytes !== this.#length)) {
      if (!this.#maybeGrow()) this.#goOnAsStream();
    }
  };

  readonly #onEnd = (): void => {
    this.#stop();
    const [first, ...others] = this.#chunks;
    const content = first === undefined || others.length === 0 ? first : Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.#place?.release(this.#bytes);
    this.#uploader.onBody(content === undefined ? NONE : { content, length: content.byteLength });
  };

  #maybeGrow(): boolean {
    const bytesMax = Math.min(2 * this.#bytes, this.#limits.heldMax);
    if (this.#length !== undefined || this.#bytes >= bytesMax || this.#place?.grow(bytesMax) !== true) return false;
    this.#bytesMax = bytesMax;
    return true;
  }

  #goOnAsStream(): void {
    this.#stop();
    const { bytesMax } = this.#limits;
    if (this.#bytes > bytesMax) return this.#uploader.onRefused(tooLarge(bytesMax));
    const head = Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.#request.pause();
    this.#stream = new UploadStream(head, this.#request, {
      errorAt: (bytes) => (bytes > bytesMax ? new Refused(tooLarge(bytesMax)) : undefined),
      stalls: this.#stalls,
      errorOnStall: () => new Refused(STALLED),
    });
    this.#uploader.onBody({
      content: this.#stream,
      head,
      ...(this.#length === undefined ? {} : { length: this.#length }),
    });
  }

  /** Whoever waits for room isn't read, and not even seen to leave: that mustn't last. */
  onStall(): void {
    this.#stop();
    this.#place?.release();
    this.#uploader.onRefused(this.#isReading ? STALLED : NO_ROOM);
  }

  #stop(): void {
    this.#stalls.delete(this);
    this.#request.off("data", this.#onData).off("end", this.#onEnd);
  }
}

const NO_ROOM: Refusal = {
  status: 503,
  code: "ERR_PROXY_MEMORY",
  message: "there was no room for the request's body (--memory-max)",
  headers: { "retry-after": "5" },
};

const STALLED: Refusal = {
  status: 408,
  code: "ERR_PROXY_TIMEOUT",
  message: "nothing came of the request's body for too long",
};

function tooLarge(bytesMax: number): Refusal {
  const message = `the body is longer than ${bytesMax / 1e6} MB (--body-max)`;
  return { status: 413, code: "ERR_PROXY_BODY_TOO_LARGE", message };
}

/** The length of a body, 0 where there is none, undefined where it isn't said. */
function lengthOf({ headers }: IncomingMessage): number | undefined {
  const length = headers["content-length"];
  if (length !== undefined) return Number(length);
  return headers["transfer-encoding"] === undefined ? 0 : undefined;
}
