import type { Cost } from "../cost.js";
import { isRecord, streamErrorOf } from "../signal/body.js";
import { usageOf } from "../signal/usage.js";
import { type BodyScan, scanOf } from "./scan.js";
import type { Slot } from "./slot.js";

type Consumer = "json" | "text" | "arrayBuffer" | "bytes" | "blob" | "formData";
type Native = Record<Consumer, () => Promise<unknown>> & Pick<Response, "body" | "clone">;
type Bytes = Uint8Array<ArrayBuffer>;

const CONSUMERS: readonly Consumer[] = ["json", "text", "arrayBuffer", "bytes", "blob", "formData"];
/** Bytes of a body read at once that are looked at for its usage. */
const TAIL_BYTES_MAX = 65_536;

interface Watched {
  readonly slot: Slot;
  /** Made when it is first asked for, and then the same. */
  stream: ReadableStream<Bytes> | undefined;
}

const watched = new WeakMap<Response, Watched>();

/**
 * Makes the reading of a response tell its slot what happens. The response stays itself, with its `url`, `redirected`
 * and `type`: only its ways of being read are covered by ones that read and tell. `json()` and its kin keep the
 * platform's own fast path, and no body is held back or copied.
 */
export function watchBody(response: Response, slot: Slot): Response {
  if (typeof response.body?.getReader !== "function" || !Object.isExtensible(response)) {
    slot.end();
    return response;
  }
  watched.set(response, { slot, stream: undefined });
  Object.defineProperties(response, COVERS);
  slot.join(response);
  return response;
}

const COVERS: PropertyDescriptorMap = {
  body: {
    configurable: true,
    get(this: Response) {
      const own = watched.get(this);
      if (own === undefined) return nativeOf(this, "body");
      own.stream ??= watchedStream(this, own.slot);
      return own.stream;
    },
  },
  clone: {
    configurable: true,
    writable: true,
    value(this: Response): Response {
      const copy = nativeOf(this, "clone").call(this);
      const own = watched.get(this);
      return own === undefined ? copy : watchBody(copy, own.slot);
    },
  },
};
for (const name of CONSUMERS) {
  COVERS[name] = {
    configurable: true,
    writable: true,
    value(this: Response): Promise<unknown> {
      return consume(this, name);
    },
  };
}

/** What the platform has under our cover. */
function nativeOf<Name extends keyof Native>(response: Response, name: Name): Native[Name] {
  return Reflect.get(Object.getPrototypeOf(response) as object, name, response) as Native[Name];
}

function consume(response: Response, name: Consumer): Promise<unknown> {
  const reading = nativeOf(response, name).call(response);
  const slot = watched.get(response)?.slot;
  if (slot === undefined) return reading;
  slot.touch();
  reading.then(
    // It names the response so that it isn't forgotten while it is being read.
    (value) => slot.end(spentIn(value, response, slot)),
    () => slot.end(),
  );
  return reading;
}

function spentIn(value: unknown, response: Response, slot: Slot): Cost | undefined {
  if (isRecord(value)) {
    if ("error" in value && streamErrorOf(value) !== undefined) slot.correct(value);
    return usageOf(value);
  }
  const scan = scanFor(response, slot);
  if (scan === undefined) return undefined;
  if (typeof value === "string") scan.feed(value);
  else if (value instanceof ArrayBuffer) scan.feed(endOf(new Uint8Array(value)));
  else if (value instanceof Uint8Array) scan.feed(endOf(value));
  return scan.spent();
}

function endOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(-TAIL_BYTES_MAX));
}

function scanFor(response: Response, slot: Slot): BodyScan | undefined {
  return scanOf(response.headers.get("content-type"), (events) => slot.correct(events));
}

/** The body as a stream that is looked at as it passes. Nothing of it is locked or read before somebody reads. */
function watchedStream(response: Response, slot: Slot): ReadableStream<Bytes> {
  const scan = scanFor(response, slot);
  const decoder = new TextDecoder();
  let reader: ReadableStreamDefaultReader<Bytes> | undefined;
  return new ReadableStream<Bytes>(
    {
      type: "bytes",
      async pull(controller) {
        try {
          reader ??= nativeOf(response, "body")?.getReader();
          slot.touch();
          const chunk = await nextChunk(reader);
          if (chunk === undefined) {
            slot.end(scan?.spent());
            controller.close();
            (controller as ReadableByteStreamController).byobRequest?.respond(0);
            return;
          }
          slot.touch();
          scan?.feed(decoder.decode(chunk, { stream: true }));
          controller.enqueue(ownBuffer(chunk));
        } catch (error) {
          slot.end(scan?.spent());
          throw error;
        }
      },
      cancel(reason) {
        slot.leave(scan?.spent());
        return reader === undefined ? nativeOf(response, "body")?.cancel(reason) : reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

/** The next chunk with something in it: a stream of bytes takes no empty ones. */
async function nextChunk(reader: ReadableStreamDefaultReader<Bytes> | undefined): Promise<Bytes | undefined> {
  for (;;) {
    const next = await reader?.read();
    if (next?.value === undefined) return undefined;
    if (next.value.byteLength > 0) return next.value;
  }
}

/** Enqueuing takes a chunk's buffer away: one that it shares with others (Node's pool) must not go. */
function ownBuffer(chunk: Bytes): Bytes {
  return chunk.byteLength === chunk.buffer.byteLength ? chunk : chunk.slice();
}
