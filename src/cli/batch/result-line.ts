import { randomBytes } from "node:crypto";
import type { Problem } from "./batch-line.js";

/** One line of the results: the hosted batch's own form, with the line's number where a line was never sent. */
export interface ResultLine {
  readonly id: string;
  readonly custom_id: string | null;
  /** What the server answered, whatever its status; null where no answer came. */
  readonly response: ResultResponse | null;
  /** Why there is no answer; null where there is one. */
  readonly error: ResultError | null;
}

/** An answer, as the hosted batch writes it. */
export interface ResultResponse {
  readonly status_code: number;
  /** The server's own name for the request, where it gave one. */
  readonly request_id: string | null;
  /** Parsed JSON, or the text where it wasn't JSON. */
  readonly body: unknown;
}

/** Why a request has no answer. */
export interface ResultError {
  readonly code: string;
  readonly message: string;
  /** Line of the requests file, for lines that were not sent. */
  readonly line?: number;
}

/** What the server answered. */
export function answered(customId: string, response: ResultResponse): ResultLine {
  return { id: resultId(), custom_id: customId, response, error: null };
}

/** No answer came, for the last time. */
export function unanswered(customId: string, error: ResultError): ResultLine {
  return { id: resultId(), custom_id: customId, response: null, error };
}

/** The line was never sent. */
export function unsendable({ customId, code, message, line }: Problem): ResultLine {
  return { id: resultId(), custom_id: customId, response: null, error: { code, message, line } };
}

/** Whether a request did not get what it asked for. */
export function isFailure({ response }: ResultLine): boolean {
  return response === null || response.status_code < 200 || response.status_code >= 300;
}

/** Reads a line back; undefined for anything that isn't a result. */
export function parseResultLine(text: string): ResultLine | undefined {
  let value: Partial<ResultLine> | null;
  try {
    value = JSON.parse(text) as Partial<ResultLine> | null;
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { id = "", custom_id: customId, response = null, error = null } = value;
  if (customId !== null && typeof customId !== "string") return undefined;
  if (typeof response !== "object" || typeof error !== "object") return undefined;
  if (response === null ? error === null : typeof response.status_code !== "number") return undefined;
  return { id, custom_id: customId, response, error };
}

function resultId(): string {
  return `batch_req_${randomBytes(12).toString("hex")}`;
}
