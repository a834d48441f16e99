import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request on its way, without its query. */
export interface Passing {
  readonly method: string;
  readonly path: string;
}

/** What becomes of a request: an answer of the relay's own, or the server's; each but the first loses something on the way. */
export type Fate =
  | { readonly status: number; readonly text: string }
  | "forward"
  | "lose"
  | "lose the answer"
  | "cut the answer";

/** Who decides, and what is changed of the answers that are forwarded. */
export interface RelayHooks {
  readonly onRequest?: (request: Passing) => Fate;
  readonly onAnswer?: (request: Passing, text: string) => string;
}

/** A running relay. */
export interface Relay {
  readonly url: string;
  close(): Promise<void>;
}

const HEADERS = ["content-type", "authorization"] as const;

/** Stands between a client and a server, and loses what it is told to. */
export async function startRelay(target: string, { onRequest, onAnswer }: RelayHooks): Promise<Relay> {
  const relay = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const passing = { method: request.method ?? "GET", path: (request.url ?? "/").split("?")[0] ?? "/" };
    const fate = onRequest?.(passing) ?? "forward";
    if (fate === "lose") return void response.destroy();
    if (typeof fate === "object") return void response.writeHead(fate.status).end(fate.text);
    const answer = await fetch(`${target}${request.url}`, await sentOn(request));
    const text = await answer.text();
    if (fate === "lose the answer") return void response.destroy();
    const body = Buffer.from(onAnswer?.(passing, text) ?? text);
    response.writeHead(answer.status, {
      "content-type": answer.headers.get("content-type") ?? "application/json",
      "content-length": body.length,
    });
    if (fate === "forward") return void response.end(body);
    response.write(body.subarray(0, body.length / 2), () => response.destroy());
  };
  // A client that was killed in the middle of its request is nobody's failure.
  const server = createServer((request, response) => void relay(request, response).catch(() => response.destroy()));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function sentOn(request: IncomingMessage): Promise<RequestInit> {
  const { method = "GET", headers } = request;
  const sent = Object.fromEntries(
    HEADERS.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  );
  if (method === "GET") return { headers: sent };
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return { method, headers: sent, body: Buffer.concat(parts) };
}
