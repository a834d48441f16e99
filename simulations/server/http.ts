import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { z } from "zod";
import { type Clock, systemClock } from "../../src/clock.js";
import { answerNode } from "../../src/page/answer-node.js";
import { Broadcast } from "../../src/page/broadcast.js";
import { OwnCodeError } from "../own-code.js";
import { readBody } from "./body.js";
import { credentialOf } from "./credential.js";
import { errorAnswer } from "./errors.js";
import type { TraceLength } from "./lane.js";
import type { Move, ScheduledMove } from "./move.js";
import { ownAnswer } from "./own-paths/own-paths.js";
import { createFeed } from "./page/feed.js";
import { plainReply } from "./plain-reply.js";
import { createService, type ServiceState } from "./service.js";
import type { ServiceOptions } from "./service-options.js";
import { checkServiceOptions } from "./service-schema.js";
import { type Story, type StoryOptions, withStory } from "./story.js";
import { sendReply } from "./wire.js";

/** How {@link startServer} begins. */
export interface ServerOptions extends ServiceOptions, StoryOptions {
  /** TCP port; 0 takes a free one. Default 0. */
  readonly port?: number;
  /** Largest body that is read, in bytes, up to 1 GB. Default 10 MB. */
  readonly bodyBytesMax?: number;
  /** Whose time it lives by. Default: the system's. */
  readonly clock?: Clock;
}

const OWN_FIELDS = {
  port: z.int().min(0).max(65_535).optional(),
  bodyBytesMax: z.int().min(1).max(1e9).optional(),
  clock: z.unknown().optional(),
  scenario: z.unknown().optional(),
  speed: z.number().min(0.01).max(10_000).optional(),
} satisfies Record<Exclude<keyof ServerOptions, keyof ServiceOptions>, z.ZodType>;

/** A server's {@link ServiceState}, and whose scenario it plays. */
export interface ServerState extends ServiceState {
  readonly story?: Story;
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
  /** The same as `move`, later. */
  schedule(moves: readonly ScheduledMove[]): void;
  /** All that is known of it, as `GET /__state` tells it. */
  state(): ServerState;
  /** Answers what is under way for `graceMs` (default 0: cuts it off), and frees the port. No timer is left. */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

const BODY_BYTES_MAX = 10_000_000;

/** Node's own 5 s are about as long as clients pause: a connection that both ends let go of at once is a request lost. */
const KEEP_ALIVE_MS = 65_000;

/**
 * Starts a simulated AI API on loopback. Resolves when it listens; rejects where the port is taken (`EADDRINUSE`).
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` that names each option that can't be, and its value
 */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  checkServiceOptions(options, OWN_FIELDS);
  const { port: wantedPort = 0, bodyBytesMax = BODY_BYTES_MAX, clock = systemClock, ...described } = options;
  const { options: serviceOptions, story } = await withStory(described);
  const service = createService(serviceOptions, clock);
  const broadcast = new Broadcast(clock, createFeed(state));
  const sockets = new Set<Socket>();
  let isClosing = false;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = "/", query = ""] = (request.url ?? "/").split("?", 2);
    const body = await readBody(request, bodyBytesMax);
    if ("error" in body) return sendReply(clock, response, plainReply(body.error));
    const header = (name: string): string | undefined => request.headers[name]?.toString();
    const asked = { method: request.method ?? "GET", path, body: body.value };
    const own = ownAnswer({ ...asked, query, header }, { state, schedule: service.schedule, broadcast });
    if (own !== undefined) return answerNode(own, response);
    const organisation = service.organisationOf(credentialOf(header, new URLSearchParams(query)));
    sendReply(clock, response, service.answer({ ...asked, organisation }));
  }

  function state(options?: { readonly traceSecondsMax?: TraceLength }): ServerState {
    return { ...service.state(options), ...(story !== undefined && { story }) };
  }

  const server = createServer((request, response) => {
    // Whoever keeps a connection for the next request must not hold up a server that closes.
    response.once("close", () => isClosing && server.closeIdleConnections());
    handle(request, response).catch((error: unknown) => {
      // Whoever left in the middle of a request gets no answer; anything else is a defect of ours, and says so.
      if (!request.complete || response.headersSent) response.destroy();
      else sendReply(clock, response, plainReply(errorAnswer(500, defectOf(error), { type: "server_error" })));
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (socket.writable) socket.end(farewell(error.code));
    else socket.destroy();
  });

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(wantedPort, "127.0.0.1", () => {
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
    state: () => state(),
    close: ({ graceMs = 0 } = {}) =>
      new Promise((resolve) => {
        isClosing = true;
        // Whoever looks is to see how it ended.
        broadcast.hurry();
        broadcast.end({ type: "ended", atMs: clock.wallNow() });
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

/** Whose defect an error is: that of a user's own code, or ours. */
function defectOf(error: unknown): string {
  return error instanceof OwnCodeError ? error.message : `BUG: ${error}`;
}

/** What a client is told that sends no HTTP, or too much or too little of it; then it is forgotten. */
function farewell(code: string | undefined): string {
  const status = code === "HPE_HEADER_OVERFLOW" ? 431 : code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`;
}
