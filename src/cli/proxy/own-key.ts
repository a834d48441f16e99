import { dialectAt } from "../../dialect/catalog.js";
import type { Dialect } from "../../dialect/dialect.js";
import { keyHeaders } from "../batch/servers.js";
import type { Headers } from "./headers.js";

/** Where clients put a key of their own: one that goes to the target beside ours might win. */
const KEY_HEADERS = ["authorization", "x-api-key", "api-key", "x-goog-api-key"] as const;

/** Puts our key in the place of whatever a client has sent: most SDKs insist on one, and send any text. */
export function ownKeyFor(
  apiKey: string,
  { provider, host }: { readonly provider: string | Dialect | undefined; readonly host: string },
): (headers: Headers, path: string) => void {
  const dialect = dialectAt(provider, host)?.name;
  const openai = keyHeaders(apiKey, dialect, "openai");
  const anthropic = keyHeaders(apiKey, dialect, "anthropic");
  return (headers, path) => {
    for (const name of KEY_HEADERS) delete headers[name];
    Object.assign(headers, /\/messages(?:$|[/?])/.test(path) ? anthropic : openai);
  };
}
