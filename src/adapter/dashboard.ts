import type { IncomingMessage, ServerResponse } from "node:http";
import * as z from "zod/mini";
import { check, refuse } from "../option-error.js";
import { optionsOf } from "../option-schema.js";
import { answerNode } from "../page/answer-node.js";
import type { Sluice } from "../sluice.js";
import { refuse as refuseRequest } from "./dashboard/ask.js";
import { Live } from "./dashboard/live.js";
import { askOfNode } from "./dashboard/node.js";
import { askOfWeb, type Peer, webResponse } from "./dashboard/web.js";
import { partsOf } from "./parts.js";

export type { Peer };

/** How a live page is shown. All optional. */
export interface DashboardOptions {
  /**
   * The path of the page, as this server is asked for it. `app.use("/sluice", …)` of Express takes its own path off, and needs
   * none here. @defaultValue "/"
   */
  readonly path?: string | undefined;
  /** What the page is called. @defaultValue "sluice" */
  readonly title?: string | undefined;
  /**
   * Names under which others than this machine may reach it, without a port: `["dash.example.com"]`. @defaultValue none: only
   * connections from this machine, to a name that is its own (`localhost`, `127.0.0.1`)
   */
  readonly hosts?: readonly string[] | undefined;
  /**
   * The secret that a visitor must have, 16 characters or more, to be kept over restarts. @defaultValue a new one that nobody can
   * guess
   */
  readonly token?: string | undefined;
}

/** A live page: a handler for Node's `http`, and for servers of the web's own `Request`. */
export interface Dashboard {
  /** For `http.createServer`, Express, Connect and what is like them. Other paths go to `next`, or get a 404. */
  (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void;
  /**
   * For Bun, Deno, Hono and what is like them. `peer` is what the server tells of the connection, as it gives it: the second
   * argument of its handler, `context.env` of Hono, or an address. Without one it can't be told who asks, and all are refused
   * unless `hosts` names some.
   */
  fetch(request: Request, peer?: Peer): Promise<Response>;
  /** What a visitor must have. It goes into nobody's log. */
  readonly token: string;
  /** The address to open, with the token where no server is told of it: behind `#`. @param origin `http://127.0.0.1:3000` */
  urlAt(origin: string): string;
  /** Ends it for all who look. It ends by itself when the sluice is closed. */
  close(): void;
}

const TOKEN_LENGTH_MIN = 16;

const optionsSchema = optionsOf({
  path: textLike(/^\/[\w.~/-]*$/, 'a path such as "/sluice"'),
  title: textLike(/^[^\p{Cc}]{1,100}$/u, "a text of up to 100 characters"),
  hosts: z.array(textLike(/^[\w.-]+$|^\[[\da-f:.]+\]$/i, 'a name without a port, such as "dash.example.com"')),
  token: textLike(new RegExp(`^[\\w.~-]{${TOKEN_LENGTH_MIN},}$`), "16 letters, digits, -, _, . or ~, or more"),
});

/**
 * A page that shows a sluice at work: each model's rate and limit, what waits and what was refused, each decision with its reason;
 * and can hold it, and cap it. It shows no credential, and costs nothing while nobody looks.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` naming the option, its range and the value that was given
 */
export function dashboard(sluice: Sluice, options: DashboardOptions = {}): Dashboard {
  const { path = "/", title = "sluice", hosts, token } = check(optionsSchema, options);
  const { clock } = partsOf(sluice).options;
  const live = new Live({ sluice, clock, hosts, token, about: { kind: "program", title } });
  const base = path.replace(/\/+$/, "");

  const handle = (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void => {
    const { url = "/", originalUrl = url } = request as IncomingMessage & { readonly originalUrl?: string };
    const own = ownPath(base, url) ?? ownPath(base, originalUrl);
    if (next !== undefined && (own === undefined || !live.has(own))) return next();
    if (own === undefined) return answerNode(refuseRequest(404, `the page is at ${path}`), response);
    live.answer(askOfNode(request, own)).then(
      (answer) => answerNode(answer, response),
      () => response.destroy(),
    );
  };
  return Object.assign(handle, {
    async fetch(request: Request, peer?: Peer): Promise<Response> {
      const own = ownPath(base, new URL(request.url).pathname);
      const answer =
        own === undefined
          ? refuseRequest(404, `the page is at ${path}`)
          : await live.answer(askOfWeb(request, own, peer));
      return webResponse(answer, request.method);
    },
    token: live.token.text,
    urlAt: (origin: string): string => {
      if (!URL.canParse(origin)) refuse("origin", 'such as "http://127.0.0.1:3000"', origin);
      return `${new URL(`${base}/`, origin)}#token=${live.token.text}`;
    },
    close: () => live.end(),
  });
}

/** What stands behind the page's own path; undefined where it is another's. */
function ownPath(base: string, url: string): string | undefined {
  const [path = "/"] = url.split("?", 1);
  if (path === base) return "/";
  return path.startsWith(`${base}/`) ? path.slice(base.length) : undefined;
}

function textLike(form: RegExp, range: string) {
  return z.custom<string>((value) => typeof value === "string" && form.test(value), { params: { range } });
}
