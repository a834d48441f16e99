import type { Branch } from "./branch.js";
import type { Bytes } from "./cover.js";
import type { BodyScan } from "./scan.js";

/** The body as a stream that is looked at as it passes. Nothing of it is locked or read before somebody reads. */
export function watchedStream(
  /** Finds what to read, when it is read: a clone made before leaves another stream in its place. It keeps the response in mind. */
  bodyNow: () => ReadableStream<Bytes> | null,
  branch: Branch,
  scan: BodyScan | undefined,
): ReadableStream<Bytes> {
  const { slot } = branch;
  const decoder = new TextDecoder();
  let reader: ReadableStreamDefaultReader<Bytes> | undefined;
  return new ReadableStream<Bytes>(
    {
      type: "bytes",
      async pull(controller) {
        try {
          reader ??= bodyNow()?.getReader();
          slot.touch();
          const chunk = slot.checked(await nextChunk(reader));
          if (chunk === undefined) {
            slot.end(scan?.spent());
            controller.close();
            (controller as ReadableByteStreamController).byobRequest?.respond(0);
            return;
          }
          slot.touch();
          scan?.feed(decoder.decode(chunk, { stream: true }));
          // An SDK that throws at an error may leave the rest unread, and not even cancel it.
          if (scan?.hasFailed === true) slot.end(scan.spent());
          controller.enqueue(ownBuffer(chunk));
        } catch (error) {
          slot.end(scan?.spent());
          throw slot.reasonOr(error);
        }
      },
      async cancel(reason) {
        branch.leave(scan?.spent());
        try {
          await (reader ?? bodyNow())?.cancel(reason);
        } catch (error) {
          // What an abort has ended already can't be cancelled, and says so in the transport's words.
          throw slot.reasonOr(error);
        }
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
