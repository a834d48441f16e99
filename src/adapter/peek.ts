import type { Clock } from "../clock.js";

/** How far a body is looked into. */
export interface PeekOptions {
  readonly bytesMax: number;
  /** Milliseconds after which what is there must do. */
  readonly waitMaxMs: number;
  readonly clock: Clock;
}

/** What has a body: a Request, a Response, or their like. */
export interface Carrier {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>> | null;
}

/** The beginning of a body, and the rest of it, unread. */
export class Peeked {
  /** Whether nothing is left unread. */
  readonly isWhole: boolean;
  readonly #chunks: readonly Uint8Array<ArrayBuffer>[];
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | undefined;
  /** A read that was under way when the time was up: its chunk mustn't be lost. */
  #pending: Promise<ReadableStreamReadResult<Uint8Array<ArrayBuffer>>> | undefined;

  constructor(
    chunks: readonly Uint8Array<ArrayBuffer>[],
    reader?: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
    pending?: Promise<ReadableStreamReadResult<Uint8Array<ArrayBuffer>>>,
  ) {
    this.#chunks = chunks;
    this.#reader = reader;
    this.#pending = pending;
    this.isWhole = reader === undefined;
  }

  text(): string {
    const decoder = new TextDecoder();
    return this.#chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join("") + decoder.decode();
  }

  /** What was read of it. */
  bytes(): Uint8Array<ArrayBuffer> {
    const [first, ...rest] = this.#chunks;
    return first !== undefined && rest.length === 0 ? first : joined(this.#chunks);
  }

  /** The whole body, what was read of it and the rest. */
  whole(): ReadableStream<Uint8Array<ArrayBuffer>> {
    const chunks = [...this.#chunks];
    return new ReadableStream({
      pull: async (controller) => {
        const chunk = chunks.shift();
        if (chunk !== undefined) return controller.enqueue(chunk);
        const next = await this.#read();
        if (next?.value === undefined) controller.close();
        else controller.enqueue(next.value);
      },
      cancel: (reason) => this.#reader?.cancel(reason),
    });
  }

  /** Lets go of the rest, so that its socket is free. */
  discard(): void {
    this.#pending?.catch(() => {});
    this.#reader?.cancel().catch(() => {});
  }

  #read(): Promise<ReadableStreamReadResult<Uint8Array<ArrayBuffer>>> | undefined {
    const read = this.#pending ?? this.#reader?.read();
    this.#pending = undefined;
    return read;
  }
}

/** Chunks as one. */
export function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(chunks.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}

const TIME_IS_UP = Symbol("time is up");

/** Reads the beginning of a body: all of it where it is short and soon there. Never rejects for what the body does. */
export async function peekBody(carrier: Carrier, { bytesMax, waitMaxMs, clock }: PeekOptions): Promise<Peeked> {
  const reader = carrier.body?.getReader();
  if (reader === undefined) return new Peeked([]);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let cancelTimer = (): void => {};
  const timeIsUp = new Promise<typeof TIME_IS_UP>((resolve) => {
    cancelTimer = clock.after(waitMaxMs, () => resolve(TIME_IS_UP));
  });
  try {
    for (let bytes = 0; bytes < bytesMax; ) {
      const reading = reader.read();
      let read: Awaited<typeof reading> | typeof TIME_IS_UP;
      try {
        read = await Promise.race([reading, timeIsUp]);
      } catch {
        // Whoever reads on meets the same error, after all that came before it.
        return new Peeked(chunks, reader, reading);
      }
      if (read === TIME_IS_UP) return new Peeked(chunks, reader, reading);
      if (read.done) return new Peeked(chunks);
      chunks.push(read.value);
      bytes += read.value.byteLength;
    }
    return new Peeked(chunks, reader);
  } finally {
    cancelTimer();
  }
}
