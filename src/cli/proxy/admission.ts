import type { IncomingMessage } from "node:http";
import { isLoopback } from "../../adapter/dashboard/loopback.js";
import { TOKEN_HEADER, Token } from "../../adapter/dashboard/token.js";
import type { Refusal } from "./refusal.js";

const NAMES_MAX = 16;

/**
 * Who may ask. With a token, whoever has it. Without one whoever is on this machine, but for the pages that its browsers
 * show: any of them could reach loopback, by a cross-site request or by a name of its own that resolves to it.
 */
export class Admission {
  readonly #token: Token | undefined;
  readonly #host: string;
  /** Names that were found to be ours: clients use one or two. */
  readonly #names = new Set<string>();

  constructor(token: string | undefined, host: string) {
    this.#token = token === undefined ? undefined : new Token(token);
    this.#host = host.toLowerCase();
  }

  /** Why a request may not come in; undefined where it may. `isOwnPage`: it is for us, and `authorization` is free. */
  refusalOf({ headers }: IncomingMessage, isOwnPage: boolean): Refusal | undefined {
    if (this.#token !== undefined) {
      const bearer = isOwnPage ? /^Bearer +(.+)$/i.exec(headers.authorization ?? "")?.[1] : undefined;
      const given = headers[TOKEN_HEADER]?.toString() ?? bearer;
      return this.#token.isEqual(given) ? undefined : refuseToken(given);
    }
    if (!this.#isOurName(headers.host)) {
      return refuse("HOST", `the name ${quoted(headers.host)} isn't this proxy's: ask for localhost or 127.0.0.1`);
    }
    const site = headers["sec-fetch-site"];
    const isCrossSite = site !== undefined && site !== "none" && site !== "same-origin";
    if (headers.origin === undefined && !isCrossSite) return undefined;
    return refuse("ORIGIN", `asked by a web page (${quoted(headers.origin)}); without a token the proxy serves none`);
  }

  #isOurName(host = ""): boolean {
    if (this.#names.has(host)) return true;
    const name = host.toLowerCase().replace(/:\d*$/, "");
    const isOurs = isLoopback(name) || name === this.#host;
    if (isOurs && this.#names.size < NAMES_MAX) this.#names.add(host);
    return isOurs;
  }
}

function refuseToken(given: string | undefined): Refusal {
  const message = given === undefined ? `the header ${TOKEN_HEADER} is missing` : `the ${TOKEN_HEADER} is not right`;
  return { status: 401, code: "ERR_PROXY_TOKEN", message, headers: { "www-authenticate": TOKEN_HEADER } };
}

function refuse(what: string, message: string): Refusal {
  return { status: 403, code: `ERR_PROXY_${what}`, message };
}

/** Of a length and in letters that fit a message. */
function quoted(text: string | undefined): string {
  return JSON.stringify((text ?? "").slice(0, 100));
}
