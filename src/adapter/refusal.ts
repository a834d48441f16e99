import type { SluiceError } from "../errors.js";
import type { Peeked } from "./peek.js";

/** Statuses that a Response can be made with, and bear a body. */
const STATUS_MIN = 200;
const STATUS_MAX = 599;
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/** The header by which a server, or we, tell an SDK whether to try again. */
export const SHOULD_RETRY = "x-should-retry";

/**
 * A last refusal, as it came, with one header more: SDKs that obey `x-should-retry` then raise their own typed error at
 * once, and don't multiply our tries by theirs.
 */
export function lastRefusal(response: Response, body: Peeked): Response {
  const headers = new Headers(response.headers);
  headers.set(SHOULD_RETRY, "false");
  const { status, statusText } = response;
  const canBeMade = status >= STATUS_MIN && status <= STATUS_MAX && !BODILESS.has(status);
  const Kind = constructorOf(response);
  const content = response.body === null || BODILESS.has(status) ? null : body.whole();
  const made = new Kind(content, {
    status: canBeMade || BODILESS.has(status) ? status : STATUS_MAX,
    statusText,
    headers,
  });
  return dressed(made, response, canBeMade || BODILESS.has(status) ? {} : { status });
}

/** A refusal of our own, as an answer that isn't made yet. */
export interface OwnRefusal {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly error: { readonly message: string; readonly type: string; readonly code: string } };
}

/** What we refuse ourselves, worded so that an SDK raises its typed error after one try. */
export function ownRefusal({ code, message, retryAfterMs }: SluiceError): OwnRefusal {
  const isTooLarge = code === "ERR_SLUICE_TOO_LARGE";
  const isWaitKnown = retryAfterMs !== undefined && Number.isFinite(retryAfterMs);
  return {
    status: isTooLarge ? 413 : 429,
    statusText: isTooLarge ? "Payload Too Large" : "Too Many Requests",
    headers: {
      "content-type": "application/json",
      [SHOULD_RETRY]: "false",
      ...(isWaitKnown ? { "retry-after": String(Math.ceil(retryAfterMs / 1_000)) } : {}),
    },
    body: { error: { message, type: "rate_limit_error", code } },
  };
}

/** A refusal of our own as a Response. */
export function responseOf({ status, statusText, headers, body }: OwnRefusal, url: string): Response {
  const made = new Response(JSON.stringify(body), { status, statusText, headers: { ...headers } });
  return dressed(made, { url, redirected: false, type: "default" }, {});
}

/** What a Response that was made, and not received, would lack; its clones too. */
function dressed(
  made: Response,
  { url, redirected, type }: Pick<Response, "url" | "redirected" | "type">,
  more: Partial<Pick<Response, "status">>,
): Response {
  const clone = (): Response => dressed(Object.getPrototypeOf(made).clone.call(made), { url, redirected, type }, more);
  for (const [name, value] of Object.entries({ url, redirected, type, clone, ...more })) {
    Object.defineProperty(made, name, { value, configurable: true });
  }
  return made;
}

/** The class that the response is of, so that an `instanceof` still holds: undici's own isn't the platform's. */
function constructorOf(response: Response): typeof Response {
  const Kind = response.constructor as typeof Response;
  return typeof Kind.prototype?.clone === "function" ? Kind : globalThis.Response;
}
