import { causesOf, property } from "./causes.js";

/** Codes of Node, undici, axios and Bun for a connection that could not be made, or was lost. */
const TRANSPORT_CODES: ReadonlySet<string> = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "ESOCKETTIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETRESET",
  "ENETUNREACH",
  "EPROTO",
  "ERR_NETWORK",
  "ERR_STREAM_PREMATURE_CLOSE",
  "ERR_SOCKET_CLOSED",
  "ERR_SOCKET_CONNECTION_TIMEOUT",
  "ERR_HTTP2_GOAWAY_SESSION",
  "ERR_HTTP2_SESSION_ERROR",
  "ERR_HTTP2_STREAM_CANCEL",
  "ERR_HTTP2_STREAM_ERROR",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "UND_ERR_SOCKET",
  "UND_ERR_INFO",
  "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
  "ConnectionClosed",
  "ConnectionRefused",
  "FailedToOpenSocket",
]);

/** Classes by which SDKs say that no response came. Their `name` is often just "Error", so the constructor's counts too. */
const TRANSPORT_NAMES: ReadonlySet<string> = new Set([
  "APIConnectionError",
  "APIConnectionTimeoutError",
  "ConnectTimeoutError",
  "HeadersTimeoutError",
  "BodyTimeoutError",
  "SocketError",
  "FetchError",
  "HTTPParserError",
  "NetworkError",
]);

/**
 * How platforms word a fetch that got no response: undici, Chrome, Firefox, Safari, Deno, Bun, node:http, Cloudflare's workerd.
 * A bare `TypeError` won't do: most of them are mistakes in the task's own code.
 */
const TRANSPORT_WORDS =
  /^(?:fetch failed|failed to fetch|terminated|networkerror when attempting to fetch resource|load failed|error sending request|error reading a body|unable to connect|socket hang up|other side closed|the socket connection was closed|network error|connection error|network connection lost)/i;

/**
 * Whether an error says that the transport failed: no response came, or not the whole of it. Everything else that a
 * task throws without a status is its own affair, and says nothing of the server.
 */
export function isTransportFailure(error: unknown): boolean {
  for (const each of causesOf(error)) {
    const verdict = readOne(each);
    if (verdict !== undefined) return verdict;
  }
  return false;
}

function readOne(error: object): boolean | undefined {
  const code = property(error, "code");
  if (typeof code === "string") {
    if (TRANSPORT_CODES.has(code) || code.startsWith("HPE_")) return true;
    // Any other code of undici's is a misuse (an invalid argument, a closed agent), which its message "fetch failed" hides.
    if (code.startsWith("UND_ERR_")) return false;
  }
  const name = property(error, "name");
  if (name === "AbortError") return false;
  if (typeof name === "string" && TRANSPORT_NAMES.has(name)) return true;
  if (TRANSPORT_NAMES.has(error.constructor?.name ?? "")) return true;
  const message = property(error, "message");
  if (typeof message !== "string" || !TRANSPORT_WORDS.test(message)) return undefined;
  // undici words its own refusals the same way: its cause tells them apart, if there is one.
  const cause = property(error, "cause");
  return typeof cause === "object" && cause !== null ? (readOne(cause) ?? !isRefusedByPlatform(cause)) : true;
}

/** Whether the platform itself would not send this: a scheme or a header that it doesn't take. */
function isRefusedByPlatform(cause: object): boolean {
  const message = property(cause, "message");
  return typeof message === "string" && /scheme|invalid|not implemented|redirect count|bad port/i.test(message);
}
