import type { Dispatcher } from "undici";
import type { Clock } from "../../clock.js";
import { type Peeked, peekBody } from "../peek.js";
import { REQUEST_BYTES_MAX, REQUEST_PEEK_MS } from "../request.js";
import type { DispatchView } from "./dispatch-view.js";

type Body = NonNullable<Dispatcher.DispatchOptions["body"]>;

/** A request whose body was read ahead. */
export interface ReadAhead {
  readonly view: DispatchView;
  /** Lets go of the body where it isn't sent after all. */
  discard(): void;
}

/**
 * Whether a body is worth reading ahead. `fetch` hands every body on as an iterable, and says its length where it is text
 * or bytes; a stream, or an iterable of the user's that may never end, has none.
 */
export function isReadableAhead(view: DispatchView): boolean {
  const { body } = view.options;
  if (typeof body !== "object" || body === null || !(Symbol.asyncIterator in body) || "pipe" in body) return false;
  const length = view.header("content-length");
  return length !== undefined && /^\d+$/.test(length) && Number(length) <= REQUEST_BYTES_MAX;
}

/** Reads such a body, so that its model is known and it can be sent again. Never rejects for what the body does. */
export async function readAhead(view: DispatchView, clock: Clock): Promise<ReadAhead> {
  const body = streamOver(view.options.body as unknown as AsyncIterable<Uint8Array | string>);
  const peeked = await peekBody({ body }, { bytesMax: REQUEST_BYTES_MAX, waitMaxMs: REQUEST_PEEK_MS, clock });
  return { view: view.withBody(bodyOf(peeked)), discard: () => peeked.discard() };
}

function bodyOf(peeked: Peeked): Body {
  // undici takes any iterable, though its types don't say so.
  return peeked.isWhole ? peeked.bytes() : (peeked.whole() as unknown as Uint8Array);
}

function streamOver(iterable: AsyncIterable<Uint8Array | string>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const iterator = iterable[Symbol.asyncIterator]();
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await iterator.next();
        if (done === true) controller.close();
        else controller.enqueue(typeof value === "string" ? new TextEncoder().encode(value) : Uint8Array.from(value));
      },
      async cancel(reason) {
        await iterator.return?.(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
