import { viewOf } from "./headers.js";
import type { ResponseFacts } from "./signal.js";

type Bag = Readonly<Record<string, unknown>>;

/** Where a wrapper keeps the response that it wraps: SDK results, axios, rxjs, AWS. */
const INNER = ["response", "$response", "res", "xhr", "lastError", "cause"];

/** Where a body is kept, the most exact first. */
const BODIES = ["body", "responseBody", "data", "error", "response", "responseText", "text"];

const DEPTH_MAX = 3;

/**
 * The status, headers and body of a response, in whatever shape a task's result or error has them: fetch's Response,
 * `.withResponse()` of the OpenAI-like SDKs and their errors, axios, Angular's HttpResponse and HttpErrorResponse, rxjs
 * `ajax`, undici's `request`, AWS's `$metadata`. Undefined where there is none. Never throws, and reads no stream.
 */
export function factsOf(resultOrError: unknown): ResponseFacts | undefined {
  try {
    return factsIn(resultOrError, 0);
  } catch {
    return undefined;
  }
}

function factsIn(value: unknown, depth: number): ResponseFacts | undefined {
  if (!isBag(value) || depth > DEPTH_MAX) return undefined;
  const headers = headersIn(value);
  const status = statusIn(value);
  if (status !== undefined && headers !== undefined) return factsWith(status, headers, value);
  for (const key of INNER) {
    const inner = factsIn(get(value, key), depth + 1);
    // The outer body is the parsed one, as an SDK's error or result has it.
    if (inner !== undefined) return withOuterBody(inner, value);
  }
  const metadata = get(value, "$metadata");
  const awsStatus = isBag(metadata) ? statusOf(get(metadata, "httpStatusCode")) : undefined;
  if (awsStatus !== undefined) return awsFacts(awsStatus, value);
  // An error with a status alone still tells what became of its request.
  return status !== undefined && isErrorLike(value) ? factsWith(status, {}, value) : undefined;
}

/** Functions have properties too, and no status of a response. */
function isBag(value: unknown): value is Bag {
  return typeof value === "object" && value !== null;
}

function get(bag: Bag, key: string): unknown {
  try {
    return bag[key];
  } catch {
    return undefined;
  }
}

function statusIn(bag: Bag): number | undefined {
  return statusOf(get(bag, "status")) ?? statusOf(get(bag, "statusCode"));
}

/** 0 is how browsers tell of a request that never got an answer. */
function statusOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value >= 100 && value <= 999 ? value : undefined;
}

function headersIn(bag: Bag): ResponseFacts["headers"] | undefined {
  // The shape within is whatever it is: the view of headers takes all and throws at none.
  for (const key of ["headers", "responseHeaders"]) {
    const headers = get(bag, key);
    if (isBag(headers)) return headers as ResponseFacts["headers"];
  }
  const readAll = get(bag, "getAllResponseHeaders");
  return typeof readAll === "function" ? Object.fromEntries(viewOf(readAll.call(bag))) : undefined;
}

function isErrorLike(bag: Bag): boolean {
  return bag instanceof Error || typeof get(bag, "message") === "string";
}

function factsWith(status: number, headers: ResponseFacts["headers"], bag: Bag): ResponseFacts {
  const body = bodyIn(bag) ?? proseOf(bag);
  const host = hostIn(bag);
  return { status, headers, ...(body !== undefined && { body }), ...(host !== undefined && { host }) };
}

function withOuterBody(facts: ResponseFacts, bag: Bag): ResponseFacts {
  const body = facts.body ?? bodyIn(bag);
  return body === undefined ? facts : { ...facts, body };
}

function bodyIn(bag: Bag): unknown {
  for (const key of BODIES) {
    const body = get(bag, key);
    if ((typeof body === "string" && body !== "") || (isBag(body) && !isOpaque(body))) return body;
  }
  return undefined;
}

/** Some SDKs keep of a body its message alone, or put all of its JSON there. */
function proseOf(bag: Bag): unknown {
  const message = get(bag, "message");
  return isErrorLike(bag) && typeof message === "string" ? { message, code: get(bag, "code") } : undefined;
}

/** A stream, a buffer to come or another response: nothing that could be read without taking it from its owner. */
function isOpaque(body: Bag): boolean {
  if (body instanceof Uint8Array) return false;
  return (
    typeof get(body, "getReader") === "function" ||
    typeof get(body, "pipe") === "function" ||
    typeof get(body, "arrayBuffer") === "function" ||
    typeof get(body, "headers") === "object" ||
    ArrayBuffer.isView(body) ||
    body instanceof ArrayBuffer
  );
}

function hostIn(bag: Bag): string | undefined {
  for (const key of ["url", "responseURL"]) {
    const url = get(bag, key);
    if (typeof url !== "string" || url === "" || url.length > 8_192) continue;
    const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^@/?#]*@)?([^/?#]+)/i.exec(url)?.[1];
    if (host !== undefined) return host;
  }
  return undefined;
}

function awsFacts(status: number, bag: Bag): ResponseFacts {
  const name = get(bag, "name");
  const message = get(bag, "message");
  const isError = typeof name === "string" && bag instanceof Error;
  return {
    status,
    headers: isError ? { "x-amzn-errortype": name } : {},
    ...(isError && typeof message === "string" && { body: { message } }),
  };
}
