import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type Clock, systemClock } from "../../src/clock.js";
import { readBody } from "./body.js";
import { credentialOf } from "./credential.js";
import { errorAnswer } from "./errors.js";
import type { Move, ScheduledMove } from "./move.js";
import type { JsonAnswer, Reply } from "./reply.js";
import { readMoves } from "./schema.js";
import { createService, type ServiceOptions, type ServiceState } from "./service.js";
import { sendReply } from "./wire.js";

/** How {@link startServer} begins. */
export interface ServerOptions extends ServiceOptions {
  /** TCP port; 0 takes a free one. Default 0. */
  readonly port?: number;
  /** Largest body that is read, in bytes. Default 10 MB. */
  readonly bodyBytesMax?: number;
  readonly clock?: Clock;
}

/** A running simulated API. */
export interface RunningServer {
  /** Such as `http://127.0.0.1:40123`; its API begins at `/v1`. */
  readonly url: string;
  readonly port: number;
  /** Moves a limit, the capacity, the latency, or begins an outage or a fault, now. */
  move(move: Move): void;
  /** Requests a second from now on; `null` gives the limit back to its own rule. */
  setLimit(requestsPerSecond: number | null, model?: string): void;
  /** Requests a second that the platform can carry from now on; `null` for any number. */
  setCapacity(requestsPerSecond: number | null, model?: string): void;
  schedule(moves: readonly ScheduledMove[]): void;
  state(): ServiceState;
  /** Answers what is under way for `graceMs` (default 0: cuts it off), and frees the port. No timer is left. */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

const BODY_BYTES_MAX = 10_000_000;

/** Node's own 5 s are about as long as clients pause: a connection that both ends let go of at once is a request lost. */
const KEEP_ALIVE_MS = 65_000;

/** Starts a simulated AI API on loopback. Resolves when it listens; rejects where the port is taken. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const clock = options.clock ?? systemClock;
  const bodyBytesMax = options.bodyBytesMax ?? BODY_BYTES_MAX;
  const service = createService(options, clock);
  const sockets = new Set<Socket>();
  let isClosing = false;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = "/", query = ""] = (request.url ?? "/").split("?", 2);
    const body = await readBody(request, bodyBytesMax);
    if ("error" in body) return sendReply(clock, response, plain(body.error));
    if (path === "/__state") return sendReply(clock, response, plain({ status: 200, json: service.state() }));
    if (path === "/__control") return sendReply(clock, response, plain(control(request.method, body.value)));
    const method = request.method ?? "GET";
    sendReply(
      clock,
      response,
      service.answer({ method, path, organisation: organisationOf(request, query), body: body.value }),
    );
  }

  function control(method: string | undefined, json: unknown): JsonAnswer {
    if (method !== "POST") return errorAnswer(405, "/__control takes POST");
    const moves = readMoves(json);
    if ("error" in moves) return errorAnswer(400, moves.error);
    service.schedule(moves.moves);
    return { status: 200, json: service.state() };
  }

  const server = createServer((request, response) => {
    // Whoever keeps a connection for the next request must not hold up a server that closes.
    response.once("close", () => isClosing && server.closeIdleConnections());
    handle(request, response).catch((error: unknown) => {
      // Whoever left in the middle of a request gets no answer; anything else is a defect of ours, and says so.
      if (!request.complete || response.headersSent) response.destroy();
      else sendReply(clock, response, plain(errorAnswer(500, `BUG: ${error}`, { type: "server_error" })));
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  // A client that sends no HTTP gets 400 and is forgotten.
  server.on("clientError", (_error, socket) => {
    if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n");
    else socket.destroy();
  });

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    move: (move) => service.move(move),
    setLimit: (requestsPerSecond, model) =>
      service.move({ requestsPerSecond, ...(model === undefined ? {} : { model }) }),
    setCapacity: (capacityPerSecond, model) =>
      service.move({ capacityPerSecond, ...(model === undefined ? {} : { model }) }),
    schedule: (moves) => service.schedule(moves),
    state: () => service.state(),
    close: ({ graceMs = 0 } = {}) =>
      new Promise((resolve) => {
        isClosing = true;
        const cutOff = (): void => {
          for (const socket of sockets) socket.destroy();
        };
        const cancel = clock.after(graceMs, cutOff);
        server.close(() => {
          cancel();
          resolve();
        });
        if (graceMs === 0) cutOff();
        else server.closeIdleConnections();
      }),
  };
}

function plain(answer: JsonAnswer): Reply {
  const headers = { "content-type": "application/json" };
  return { status: answer.status, headers, body: JSON.stringify(answer.json), afterMs: 0, end: () => {} };
}

/** Tells API keys apart without keeping them: a part of their hash. */
function organisationOf({ headers }: IncomingMessage, query: string): string {
  const credential = credentialOf((name) => headers[name]?.toString(), new URLSearchParams(query));
  if (credential === undefined) return "anonymous";
  return createHash("sha256").update(credential).digest("hex").slice(0, 12);
}
