import type { Answer } from "../../page/answer.js";
import { type Ask, refuse } from "./ask.js";
import { hostName, isLoopback } from "./loopback.js";

/** Who may ask, beside having the token. */
export interface Admission {
  /** Names under which others than this machine may come; none: this machine alone. */
  readonly hosts: readonly string[];
}

/**
 * Why a request may not come in; undefined where it may. A page of somebody else's, open in a browser of this machine, could
 * reach loopback by a cross-site request, or by a name of its own that resolves to it (DNS rebinding).
 */
export function refusalOf({ hosts }: Admission, ask: Ask, isPage: boolean): Answer | undefined {
  if (hosts.length === 0) {
    if (ask.address === undefined) {
      const how =
        "hand on what the server tells of the connection, as the second argument of fetch(), or name your hosts (option hosts)";
      return refuse(403, `nobody told who asks, and this page is for this machine alone: ${how}`);
    }
    if (!isLoopback(ask.address)) return refuse(403, "this page is for its own machine alone (option hosts)");
  }
  const host = ask.header("host");
  const name = hostName(host);
  if (name === undefined || !(isLoopback(name) || hosts.includes(name))) {
    return refuse(403, `the name ${quoted(host)} isn't this page's: ask for localhost or 127.0.0.1 (option hosts)`);
  }
  // There is nothing on the page itself, and whoever follows a link to it comes from another site.
  return isPage || isSameOrigin(ask, host) ? undefined : refuse(403, "not for pages of other origins");
}

/** Whether our own page asks, or a program: those send neither header. */
function isSameOrigin(ask: Ask, host: string | undefined): boolean {
  const site = ask.header("sec-fetch-site");
  if (site !== undefined && site !== "same-origin" && site !== "none") return false;
  const origin = ask.header("origin");
  // Its scheme may be another: whoever ended TLS before us says so nowhere.
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host?.toLowerCase());
}

/** Of a length and in letters that fit a message. */
function quoted(text: string | undefined): string {
  return JSON.stringify((text ?? "").slice(0, 100));
}
