import { isVersionTwice } from "../batch/target.js";
import type { Refusal } from "./refusal.js";

/** Where a request goes. */
export type Route =
  | { readonly to: "target"; readonly path: string }
  /** One of our own pages, by what stands behind their common path. */
  | { readonly to: "page"; readonly name: string }
  | { readonly to: "nowhere"; readonly refusal: Refusal };

/** Where our own pages are. */
export interface OwnPaths {
  /** Beneath which they are, without a slash at its end; "" for the root. */
  readonly path: string;
  readonly names: readonly string[];
}

const KNOWN_MAX = 64;
const KNOWN_LENGTH_MAX = 512;

/** A segment that climbs, in any of the ways that some server would read it: encoded, encoded again, behind a backslash. */
const CLIMBS = /(?:[/\\]|%2f|%5c)(?:\.|%2e){1,2}(?:[/\\;?#]|%2f|%5c|%3b|$)/i;

/** Finds for each request its path at the target, which never leaves the path of the target itself. */
export class Routes {
  readonly #target: URL;
  /** Without the slash at its end. */
  readonly #base: string;
  readonly #segments: readonly string[];
  readonly #baseQuery: string;
  readonly #pages: OwnPaths;
  readonly #known = new Map<string, Route>();

  constructor(target: URL, pages: OwnPaths) {
    this.#target = target;
    this.#base = target.pathname.replace(/\/+$/, "");
    this.#segments = this.#base.split("/");
    this.#baseQuery = target.search.slice(1);
    this.#pages = pages;
  }

  /** @param host the `Host` of the request */
  of(asked: string, host: string | undefined): Route {
    const known = this.#known.get(asked);
    if (known !== undefined) return known;
    const route = this.#find(asked, host);
    // What is a path means the same whoever asks; clients ask for a few again and again.
    if (asked.startsWith("/") && asked.length <= KNOWN_LENGTH_MAX) {
      if (this.#known.size >= KNOWN_MAX) this.#known.clear();
      this.#known.set(asked, route);
    }
    return route;
  }

  #find(asked: string, host: string | undefined): Route {
    const local = localPart(asked, host);
    if (local === undefined) {
      return nowhere(
        "ERR_PROXY_TARGET",
        `this proxy sends to ${this.#target.origin} alone, and takes paths: /v1/…`,
        403,
      );
    }
    const mark = local.indexOf("?");
    const path = mark === -1 ? local : local.slice(0, mark);
    const page = this.#pageAt(path);
    if (page !== undefined) return { to: "page", name: page };
    // A percent sign that is encoded itself hides what follows from one decoding, and not from two.
    if (path.includes("\\") || local.includes("#") || CLIMBS.test(path.replace(/%(?:25)+/g, "%"))) {
      return nowhere(
        "ERR_PROXY_PATH",
        `the path may not leave the target's: it has a segment "." or "..", "\\" or "#"`,
      );
    }
    return { to: "target", path: this.#joined(path) + this.#query(mark === -1 ? "" : local.slice(mark + 1)) };
  }

  /** All beneath our own path is ours; at the root only what there is. */
  #pageAt(path: string): string | undefined {
    const { path: own, names } = this.#pages;
    if (own === "") return names.includes(path) ? path : undefined;
    return path === own || path.startsWith(`${own}/`) ? path.slice(own.length) : undefined;
  }

  /** Whoever gives the base with each path means the same as who doesn't, and so with its version alone. */
  #joined(path: string): string {
    const base = this.#base;
    if (base === "" || path === base || path.startsWith(`${base}/`)) return path;
    if (!isVersionTwice(this.#segments, path.split("/", 2)[1])) return base + path;
    return base.slice(0, base.lastIndexOf("/")) + path;
  }

  #query(query: string): string {
    if (this.#baseQuery === "") return query === "" ? "" : `?${query}`;
    return `?${this.#baseQuery}${query === "" ? "" : `&${query}`}`;
  }
}

/** What is asked of us: a path, or a whole address of ours. Undefined for anything else, which only a forward proxy would take. */
function localPart(asked: string, host: string | undefined): string | undefined {
  if (asked.startsWith("/")) return asked;
  const [, authority = "", rest = ""] = /^https?:\/\/([^/?#]*)(.*)$/i.exec(asked) ?? [];
  if (authority === "" || authority.toLowerCase() !== host?.toLowerCase()) return undefined;
  return rest.startsWith("/") ? rest : `/${rest}`;
}

function nowhere(code: string, message: string, status = 400): Route {
  return { to: "nowhere", refusal: { status, code, message } };
}
