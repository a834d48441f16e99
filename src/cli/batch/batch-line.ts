import type { Line } from "./lines.js";

/** One request of a file, ready to be sent. */
export interface BatchRequest {
  /** Line of the file, from 1. */
  readonly line: number;
  readonly customId: string;
  /** Path on the server, such as `/v1/chat/completions`. */
  readonly url: string;
  readonly model: string;
  /** The request's JSON. */
  readonly body: string;
}

/** Why a line can't be sent. It becomes an error line of the results. */
export interface Problem {
  readonly line: number;
  /** The line's `custom_id`, where it has a usable one. */
  readonly customId: string | null;
  /** Stable: programs may compare it. */
  readonly code: ProblemCode;
  readonly message: string;
}

/** Everything that can be wrong with a line before it is sent. */
export type ProblemCode =
  | "invalid_encoding"
  | "line_too_long"
  | "invalid_json"
  | "invalid_line"
  | "missing_custom_id"
  | "duplicate_custom_id"
  | "invalid_method"
  | "invalid_url"
  | "missing_body"
  | "missing_model"
  | "stream_requested";

/** A request, a problem, or undefined for a line with nothing on it. */
export function parseBatchLine(line: Line): BatchRequest | Problem | undefined {
  const problem = (code: ProblemCode, what: string, customId: string | null = null): Problem => ({
    line: line.number,
    customId,
    code,
    message: `line ${line.number}: ${what}`,
  });
  if (line.problem === "not-utf8") return problem("invalid_encoding", "not UTF-8");
  if (line.text === undefined) return problem("line_too_long", "longer than 64 MiB");
  if (line.text.trim() === "") return undefined;

  let value: unknown;
  try {
    value = JSON.parse(line.text);
  } catch (error) {
    return problem("invalid_json", `not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  if (!isRecord(value)) return problem("invalid_line", `expected a JSON object, got ${kindOf(value)}`);
  const { custom_id: id, method, url, body } = value as Partial<Record<string, unknown>>;
  if (typeof id !== "string" || id === "") {
    return problem("missing_custom_id", `custom_id must be a text that isn't empty, got ${kindOf(id)}`);
  }
  if (method !== undefined && (typeof method !== "string" || method.toUpperCase() !== "POST")) {
    return problem("invalid_method", `method must be "POST", got ${kindOf(method)}`, id);
  }
  if (typeof url !== "string" || !isPath(url)) {
    return problem("invalid_url", `url must be a path such as "/v1/chat/completions", got ${kindOf(url)}`, id);
  }
  if (!isRecord(body)) return problem("missing_body", `body must be a JSON object, got ${kindOf(body)}`, id);
  const { model, stream } = body as Partial<Record<string, unknown>>;
  if (typeof model !== "string" || model.trim() === "") {
    return problem("missing_model", `body.model must name a model, got ${kindOf(model)}`, id);
  }
  // A stream's pieces aren't a result that the hosted batch would have, and an error inside it would look like success.
  if (stream === true) return problem("stream_requested", "body.stream must not be true in a file of requests", id);
  return { line: line.number, customId: id, url, model, body: JSON.stringify(body) };
}

/** Tells a {@link Problem} from a {@link BatchRequest}. */
export function isProblem(parsed: BatchRequest | Problem): parsed is Problem {
  return "code" in parsed;
}

/** The second and later lines with the same id are not sent: nobody could tell their results apart. */
export function duplicate(request: BatchRequest, firstLine: number): Problem {
  const { line, customId } = request;
  const message = `line ${line}: custom_id ${quote(customId)} is already that of line ${firstLine}`;
  return { line, customId, code: "duplicate_custom_id", message };
}

/** Whether it stays on the server that the user named: `//host/path` and `/\host` don't, and the key would go with them. */
function isPath(url: string): boolean {
  const base = "http://server.invalid";
  return url.startsWith("/") && URL.canParse(url, base) && new URL(url, base).origin === base;
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return quote(value);
  if (typeof value === "number" || typeof value === "boolean" || value === null) return String(value);
  return Array.isArray(value) ? "an array" : "an object";
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
