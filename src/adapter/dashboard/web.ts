import type { Answer, Sink } from "../../page/answer.js";
import type { Ask } from "./ask.js";

/** What servers of the web's own `Request` tell of a connection, each in its way. */
export type Peer =
  | string
  /** Deno. */
  | { readonly remoteAddr: { readonly hostname?: string } | object }
  /** Bun: its server. */
  | {
      /** Who sent a request. */
      requestIP(request: Request): { readonly address: string } | null;
    }
  /** Hono on Node: `context.env`. */
  | { readonly incoming: { readonly socket: { readonly remoteAddress?: string | undefined } } };

/** What a request of the web asks. */
export function askOfWeb(request: Request, path: string, peer: Peer | undefined): Ask {
  return {
    method: request.method,
    path,
    // Some hand on no `Host`: the URL was made of it.
    header: (name) => request.headers.get(name) ?? (name === "host" ? new URL(request.url).host : undefined),
    address: addressOf(request, peer),
    body: (bytesMax) => bodyOf(request, bytesMax),
  };
}

/** Chunks that wait to be read, before more is held back. */
const CHUNKS_MAX = 4;

/** Answers it. */
export function webResponse({ status, headers, content }: Answer, method: string): Response {
  if (typeof content === "string") return new Response(method === "HEAD" ? null : content, { status, headers });
  const encoder = new TextEncoder();
  let listener: ReturnType<typeof content> | undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const sink: Sink = {
          write(text) {
            controller.enqueue(encoder.encode(text));
            return (controller.desiredSize ?? 0) > 0;
          },
          end: () => controller.close(),
          destroy: () => controller.error(new Error("the reader takes nothing")),
        };
        listener = content(sink);
      },
      pull: () => listener?.onDrain(),
      cancel: () => listener?.onClose(),
    },
    { highWaterMark: CHUNKS_MAX },
  );
  return new Response(body, { status, headers });
}

function addressOf(request: Request, peer: Peer | undefined): string | undefined {
  if (peer === undefined || typeof peer === "string") return peer;
  if ("remoteAddr" in peer) return "hostname" in peer.remoteAddr ? peer.remoteAddr.hostname : undefined;
  if ("requestIP" in peer) return peer.requestIP(request)?.address;
  return peer.incoming?.socket?.remoteAddress;
}

async function bodyOf(request: Request, bytesMax: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length;
    if (bytes > bytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
