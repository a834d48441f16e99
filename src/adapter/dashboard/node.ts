import type { IncomingMessage } from "node:http";
import type { Ask } from "./ask.js";

/** What a request over Node's `http` asks. */
export function askOfNode(request: IncomingMessage, path: string): Ask {
  return {
    method: request.method ?? "GET",
    path,
    header: (name) => request.headers[name]?.toString(),
    address: request.socket.remoteAddress,
    body: (bytesMax) => bodyOf(request, bytesMax),
  };
}

async function bodyOf(
  request: IncomingMessage & { readonly body?: unknown },
  bytesMax: number,
): Promise<string | undefined> {
  // A parser of the server, such as express.json(), may have read it.
  if (request.body !== undefined && request.readableEnded) return JSON.stringify(request.body);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
