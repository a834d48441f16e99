import type { ServerResponse } from "node:http";
import { SHOULD_RETRY } from "../../adapter/refusal.js";
import { endSoftly, isUnfinished } from "./linger.js";

/** Why the proxy doesn't send a request on, or has no answer to it. */
export interface Refusal {
  readonly status: number;
  /** Stable, for programs: `ERR_PROXY_…`, or the code of a `SluiceError`. */
  readonly code: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal that can be thrown through a stream. */
export class Refused extends Error {
  override readonly name = "AbortError";
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** What APIs call errors of a status, for SDKs that tell by it. */
const TYPES: ReadonlyMap<number, string> = new Map([
  [401, "authentication_error"],
  [403, "permission_error"],
  [408, "timeout_error"],
  [429, "rate_limit_error"],
  [502, "api_error"],
  [503, "api_error"],
  [504, "timeout_error"],
]);

/** The body of a refusal, in the shape that SDKs read. */
export function bodyOf({ status, code, message }: Refusal): string {
  const type = TYPES.get(status) ?? "invalid_request_error";
  return JSON.stringify({ error: { message, type, param: null, code } });
}

/** Answers with a refusal. Nothing may have been sent of the answer before. */
export function sendRefusal(response: ServerResponse, refusal: Refusal): void {
  const body = bodyOf(refusal);
  if (isUnfinished(response.req)) response.shouldKeepAlive = false;
  response.writeHead(refusal.status, { ...headersOf(refusal, body), ...refusal.headers });
  endSoftly(response, body);
}

/** A refusal as it goes over a socket that HTTP has lost its hold of. */
export function rawRefusal(refusal: Refusal, reason: string): string {
  const body = bodyOf(refusal);
  const lines = Object.entries({ ...headersOf(refusal, body), connection: "close" }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return `HTTP/1.1 ${refusal.status} ${reason}\r\n${lines.join("")}\r\n${body}`;
}

function headersOf({ status }: Refusal, body: string): Record<string, string> {
  return {
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    // What was tried, was tried often enough; what is asked wrongly doesn't become right.
    ...(status === 503 ? {} : { [SHOULD_RETRY]: "false" }),
  };
}
