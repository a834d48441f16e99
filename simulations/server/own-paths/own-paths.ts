import { isSluiceError } from "../../../src/errors.js";
import type { Answer } from "../../../src/page/answer.js";
import type { Broadcast } from "../../../src/page/broadcast.js";
import { STREAM_HEADERS } from "../../../src/page/headers.js";
import { errorAnswer } from "../errors.js";
import type { ScheduledMove } from "../move.js";
import type { StateOf } from "../page/feed.js";
import { livePage } from "../page/page.js";
import type { JsonAnswer } from "../reply.js";
import { readMoves } from "../schema.js";
import { isForeign, isLocalName } from "./visitor.js";

/** A request for something of the server's own: its state, its control or its page. */
export interface OwnRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly header: (name: string) => string | undefined;
  readonly body: unknown;
}

/** What the server's own paths show and move. */
export interface OwnParts {
  readonly state: StateOf;
  /** @throws SluiceError `ERR_SLUICE_OPTION` for moves that make no sense */
  schedule(moves: readonly ScheduledMove[]): void;
  /** Who tells the readers of its page. */
  readonly broadcast: Pick<Broadcast, "isFull" | "read">;
}

type Handler = (request: OwnRequest, parts: OwnParts) => Answer;

/** Paths of the server's own, which no API has, and what each takes. */
const PATHS: Readonly<Record<string, { readonly methods: readonly string[]; readonly handle: Handler }>> = {
  "/__state": { methods: ["GET", "HEAD"], handle: state },
  "/__control": { methods: ["POST"], handle: control },
  "/__page": { methods: ["GET", "HEAD"], handle: livePage },
  "/__events": { methods: ["GET"], handle: events },
};

/** The answer to a request for something of the server's own; undefined where it asks the API. */
export function ownAnswer(request: OwnRequest, parts: OwnParts): Answer | undefined {
  const { path, method, header } = request;
  if (path === "/" && /\btext\/html\b/.test(header("accept") ?? "")) {
    return jsonAnswer({ status: 302, json: null }, { location: "/__page" });
  }
  const own = Object.hasOwn(PATHS, path) ? PATHS[path] : undefined;
  if (own === undefined) return undefined;
  // A page of somebody else's, open in a browser of this machine, can send requests here, and can name us as it likes.
  if (!isLocalName(header("host"))) return refused(`${path} is for this machine alone, and by its own name: 127.0.0.1`);
  if (isForeign(header)) return refused(`${path} isn't for pages of other origins`);
  if (!own.methods.includes(method)) {
    const allow = own.methods.join(", ");
    return jsonAnswer(errorAnswer(405, `${path} takes ${allow}`), { allow });
  }
  return own.handle(request, parts);
}

function jsonAnswer({ status, json }: JsonAnswer, headers: Answer["headers"] = {}): Answer {
  return { status, headers: { "content-type": "application/json", ...headers }, content: JSON.stringify(json) };
}

function refused(message: string): Answer {
  return jsonAnswer(errorAnswer(403, message, { type: "permission_error" }));
}

function state({ query }: OwnRequest, parts: OwnParts): Answer {
  const seconds = new URLSearchParams(query).get("seconds");
  const traceSecondsMax = seconds === null ? Number.POSITIVE_INFINITY : Number(seconds || Number.NaN);
  if (!(traceSecondsMax >= 0)) {
    return jsonAnswer(
      errorAnswer(400, `'seconds' must be a number of at least 0, got '${seconds}'`, { param: "seconds" }),
    );
  }
  return jsonAnswer({ status: 200, json: parts.state({ traceSecondsMax: Math.floor(traceSecondsMax) }) });
}

function events(_request: OwnRequest, { state, broadcast }: OwnParts): Answer {
  if (broadcast.isFull) {
    const full = errorAnswer(503, "too many look at this page already", { type: "server_error" });
    return jsonAnswer(full, { "retry-after": "10" });
  }
  // A scenario's own code may throw: here that can still be told.
  state({ traceSecondsMax: 0 });
  return { status: 200, headers: STREAM_HEADERS, content: (sink) => broadcast.read(sink) };
}

function control({ body }: OwnRequest, parts: OwnParts): Answer {
  const moves = readMoves(body);
  if ("error" in moves) return jsonAnswer(errorAnswer(400, moves.error));
  try {
    parts.schedule(moves.moves);
  } catch (error) {
    if (isSluiceError(error)) return jsonAnswer(errorAnswer(400, error.message));
    throw error;
  }
  return jsonAnswer({ status: 200, json: parts.state({ traceSecondsMax: Number.POSITIVE_INFINITY }) });
}
