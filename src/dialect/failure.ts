import { isRecord } from "../record.js";
import { isStreamText, parseJson, streamErrorOf, textOfBody } from "../signal/body.js";
import type { HeaderView } from "../signal/headers.js";
import type { Dialect } from "./dialect.js";
import { type Failure, failureOf, MESSAGE_LENGTH_MAX } from "./gather.js";

/** Longer bodies aren't parsed; their prose may still be read. */
const JSON_LENGTH_MAX = 262_144;

/** Success bodies longer than this aren't parsed: an error in place of an answer is short. */
const SUCCESS_LENGTH_MAX = 65_536;

/**
 * The error in a response, and its body's root. Of a success nothing is parsed that can't be an error, unless the
 * dialect reads quotas in bodies.
 */
export function readFailure(
  status: number,
  body: unknown,
  view: HeaderView,
  dialect: Dialect,
): { readonly failure?: Failure; readonly root?: Readonly<Record<string, unknown>> } {
  const isSuccess = status >= 200 && status < 300;
  if (isSuccess && (body === undefined || body === null || !isWorthReading(body, dialect))) return {};
  const found = body === undefined || body === null ? undefined : rootOf(body);
  if (isSuccess) {
    if (found === undefined) return {};
    if (!found.isStreamed && !hasError(found.root)) return { root: found.root };
  }
  const failure = withHeaders(failureOf(found?.root ?? {}, found?.isStreamed === true), view);
  return found === undefined ? { failure } : { failure, root: found.root };
}

function isWorthReading(body: unknown, dialect: Dialect): boolean {
  const text = textOfBody(body);
  if (text === undefined || isStreamText(text)) return true;
  return text.length <= SUCCESS_LENGTH_MAX && (dialect.readBody !== undefined || text.includes('"error'));
}

/** AWS names the error in a header, and Hugging Face tells it in one. */
function withHeaders(failure: Failure, view: HeaderView): Failure {
  const type = view.get("x-amzn-errortype");
  const message = view.get("x-error-message");
  if (type === undefined && message === undefined) return failure;
  const codes = new Set(failure.codes);
  if (type !== undefined) codes.add((type.split(":")[0] ?? "").trim().toLowerCase());
  return { ...failure, codes, message: `${failure.message} ${message ?? ""}`.slice(0, MESSAGE_LENGTH_MAX) };
}

/** The parsed body of a response, as far as it is an object: of a stream, the error it carries. */
function rootOf(body: unknown): { root: Readonly<Record<string, unknown>>; isStreamed: boolean } | undefined {
  const text = textOfBody(body);
  if (text === undefined) return isRecord(body) ? { root: body, isStreamed: false } : listRoot(body);
  if (isStreamText(text)) {
    const error = streamErrorOf(text);
    return error === undefined ? undefined : { root: error, isStreamed: true };
  }
  const start = text.slice(0, JSON_LENGTH_MAX).trimStart();
  if (start === "") return undefined;
  const isJson = start.startsWith("{") || start.startsWith("[");
  const parsed = isJson && text.length <= JSON_LENGTH_MAX ? parseJson(start) : undefined;
  // What isn't JSON, or no longer (too long, cut off), still has its prose.
  if (parsed === undefined) return { root: { message: start.slice(0, MESSAGE_LENGTH_MAX) }, isStreamed: false };
  return isRecord(parsed) ? { root: parsed, isStreamed: false } : listRoot(parsed);
}

/** Google's streams that aren't SSE are a JSON list, whose first member is the error. */
function listRoot(value: unknown): { root: Readonly<Record<string, unknown>>; isStreamed: boolean } | undefined {
  const first = Array.isArray(value) ? (value[0] as unknown) : undefined;
  return isRecord(first) ? { root: first, isStreamed: false } : undefined;
}

/** Whether a body that came with a success tells of a failure. */
function hasError(root: Readonly<Record<string, unknown>>): boolean {
  const error = root["error"];
  const errors = root["errors"];
  return (
    isRecord(error) ||
    (typeof error === "string" && error !== "") ||
    (Array.isArray(errors) && errors.length > 0) ||
    root["type"] === "error" ||
    root["object"] === "error"
  );
}
