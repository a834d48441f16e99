import type { IncomingMessage } from "node:http";
import { errorAnswer } from "./errors.js";
import type { JsonAnswer } from "./reply.js";

/** A body that was read: its JSON (undefined if it was empty), or the answer to what is wrong with it. */
export type ReadBody = { readonly json: unknown } | { readonly error: JsonAnswer };

/** Reads and parses a request's body. Rejects only where the client went away. */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<ReadBody> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    // The rest is read and dropped: a client that is still sending wouldn't see an answer.
    if (bytes <= bytesMax) parts.push(part);
  }
  if (bytes > bytesMax) return { error: errorAnswer(413, `the body has ${bytes} bytes; ${bytesMax} is the most`) };
  if (bytes === 0) return { json: undefined };
  try {
    return { json: JSON.parse(Buffer.concat(parts).toString("utf8")) };
  } catch (error) {
    return { error: errorAnswer(400, `the body is not JSON: ${error instanceof Error ? error.message : error}`) };
  }
}
