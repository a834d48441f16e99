import { isSluiceError } from "../../../src/errors.js";
import { errorAnswer } from "../errors.js";
import type { ScheduledMove } from "../move.js";
import { livePage } from "../page/page.js";
import { plainReply } from "../plain-reply.js";
import type { Reply } from "../reply.js";
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
  state(options: { readonly traceSecondsMax?: number }): unknown;
  /** @throws SluiceError `ERR_SLUICE_OPTION` for moves that make no sense */
  schedule(moves: readonly ScheduledMove[]): void;
}

type Handler = (request: OwnRequest, parts: OwnParts) => Reply;

/** Paths of the server's own, which no API has, and what each takes. */
const PATHS: Readonly<Record<string, { readonly methods: readonly string[]; readonly handle: Handler }>> = {
  "/__state": { methods: ["GET", "HEAD"], handle: state },
  "/__control": { methods: ["POST"], handle: control },
  "/__page": { methods: ["GET", "HEAD"], handle: page },
};

/** The reply to a request for something of the server's own; undefined where it asks the API. */
export function ownReply(request: OwnRequest, parts: OwnParts): Reply | undefined {
  const { path, method, header } = request;
  if (path === "/" && /\btext\/html\b/.test(header("accept") ?? "")) {
    return plainReply({ status: 302, json: null }, { headers: { location: "/__page" } });
  }
  const own = Object.hasOwn(PATHS, path) ? PATHS[path] : undefined;
  if (own === undefined) return undefined;
  // A page of somebody else's, open in a browser of this machine, can send requests here, and can name us as it likes.
  if (!isLocalName(header("host"))) return refused(`${path} is for this machine alone, and by its own name: 127.0.0.1`);
  if (isForeign(header)) return refused(`${path} isn't for pages of other origins`);
  if (!own.methods.includes(method)) {
    const allow = own.methods.join(", ");
    return plainReply(errorAnswer(405, `${path} takes ${allow}`), { headers: { allow } });
  }
  return own.handle(request, parts);
}

function refused(message: string): Reply {
  return plainReply(errorAnswer(403, message, { type: "permission_error" }));
}

function page(): Reply {
  const { text, headers } = livePage();
  return plainReply({ status: 200, text }, { headers });
}

function state({ query }: OwnRequest, parts: OwnParts): Reply {
  const seconds = new URLSearchParams(query).get("seconds");
  const traceSecondsMax = seconds === null ? Number.POSITIVE_INFINITY : Number(seconds || Number.NaN);
  if (!(traceSecondsMax >= 0)) {
    return plainReply(
      errorAnswer(400, `'seconds' must be a number of at least 0, got '${seconds}'`, { param: "seconds" }),
    );
  }
  return plainReply({ status: 200, json: parts.state({ traceSecondsMax: Math.floor(traceSecondsMax) }) });
}

function control({ body }: OwnRequest, parts: OwnParts): Reply {
  const moves = readMoves(body);
  if ("error" in moves) return plainReply(errorAnswer(400, moves.error));
  try {
    parts.schedule(moves.moves);
  } catch (error) {
    if (isSluiceError(error)) return plainReply(errorAnswer(400, error.message));
    throw error;
  }
  return plainReply({ status: 200, json: parts.state({}) });
}
