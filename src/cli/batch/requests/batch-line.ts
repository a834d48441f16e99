import type { Lane } from "../servers.js";

/** Whose words a line has, and its result will have: those of OpenAI's Batch API, or of Anthropic's Message Batches. */
export type Form = "openai" | "anthropic";

/** One request of a file, as it is written there. */
export interface BatchRequest {
  /** Line of the file, from 1. */
  readonly line: number;
  readonly customId: string;
  readonly form: Form;
  /** Path on the server, such as `/v1/chat/completions`, or the whole address. */
  readonly url: string;
  readonly model: string;
  /** The request's JSON, parsed. */
  readonly body: object;
}

/** The same with the way to its server. */
export interface RoutedRequest extends BatchRequest {
  readonly href: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly lane: Lane;
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
  | "model_not_found"
  | "stream_requested";

/** Tells a {@link Problem} from a request. */
export function isProblem(parsed: object): parsed is Problem {
  return "code" in parsed;
}

/** A problem of a line, or of the request on it. */
export function problemOf(
  code: ProblemCode,
  { line, customId = null }: { readonly line: number; readonly customId?: string | null },
  what: string,
): Problem {
  return { line, customId, code, message: `line ${line}: ${what}` };
}

/** The second and later lines with the same id are not sent: nobody could tell their results apart. */
export function duplicate(request: BatchRequest, firstLine: number): Problem {
  const what = `custom_id ${quote(request.customId)} is already that of line ${firstLine}`;
  return problemOf("duplicate_custom_id", request, what);
}

/** What was there instead, in a few words. */
export function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return quote(value);
  if (typeof value === "number" || typeof value === "boolean" || value === null) return String(value);
  return Array.isArray(value) ? "an array" : "an object";
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
