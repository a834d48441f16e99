import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Gateway } from "./gateway.js";
import { type Refusal, rawRefusal, sendRefusal } from "./refusal.js";

/** How the server listens. */
export interface Listening {
  readonly host: string;
  readonly port: number;
  /** Longest head of a request, in bytes. */
  readonly headBytesMax: number;
}

/** A head that isn't there by then, in milliseconds, doesn't come. */
const HEAD_MS = 60_000;
/** Node's own 5 s are about as long as clients pause: a connection that both ends let go of at once is a request lost. */
const KEEP_ALIVE_MS = 65_000;

/** The server that clients come to, with an answer of ours to all that isn't HTTP, or none that is passed on. */
export function createProxyServer(headBytesMax: number): Server & { gateway?: Gateway } {
  // Bodies have a clock of their own, which stands still while the target takes its time.
  const server: Server & { gateway?: Gateway } = createServer({
    maxHeaderSize: headBytesMax,
    headersTimeout: HEAD_MS,
    requestTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
  });
  server.on("request", (request, response) => server.gateway?.handle(request, response, false));
  server.on("checkContinue", (request, response) => server.gateway?.handle(request, response, true));
  server.on("checkExpectation", ({ headers }, response) => {
    const message = `can't meet the expectation ${JSON.stringify(headers.expect?.slice(0, 40))}`;
    sendRefusal(response, { status: 417, code: "ERR_PROXY_EXPECTATION", message });
  });
  server.on("connect", (_request, socket) => {
    const message = "CONNECT opens a tunnel, and this is no forward proxy: set it as the base URL";
    endWith(socket, { status: 405, code: "ERR_PROXY_METHOD", message }, "Method Not Allowed");
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => onClientError(error, socket, headBytesMax));
  return server;
}

/** Resolves with the port. Rejects where it can't be had. */
export function listen(server: Server, { host, port }: Omit<Listening, "headBytesMax">): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function onClientError(error: NodeJS.ErrnoException, socket: Duplex, headBytesMax: number): void {
  // An answer that has begun can't be followed by another.
  const hasAnswer = (socket as Socket & { _httpMessage?: { headersSent: boolean } })._httpMessage?.headersSent === true;
  if (error.code === "ECONNRESET" || !socket.writable || hasAnswer) return void socket.destroy();
  const [refusal, reason] = wordsFor(error, headBytesMax);
  endWith(socket, refusal, reason);
}

function wordsFor({ code, message }: NodeJS.ErrnoException, headBytesMax: number): readonly [Refusal, string] {
  if (code === "HPE_HEADER_OVERFLOW") {
    const why = `the head of the request is longer than ${headBytesMax / 1_024} KB (--header-max)`;
    return [{ status: 431, code: "ERR_PROXY_HEADERS_TOO_LARGE", message: why }, "Request Header Fields Too Large"];
  }
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") {
    const why = `the head of the request took longer than ${HEAD_MS / 1_000} s`;
    return [{ status: 408, code: "ERR_PROXY_TIMEOUT", message: why }, "Request Timeout"];
  }
  return [{ status: 400, code: "ERR_PROXY_NO_HTTP", message: `this is no HTTP (${message})` }, "Bad Request"];
}

function endWith(socket: Duplex, refusal: Refusal, reason: string): void {
  socket.on("error", () => {});
  socket.end(rawRefusal(refusal, reason));
}
