import { randomBytes } from "node:crypto";
import type { Form, Problem } from "../requests/batch-line.js";

/** What became of one line. */
export interface Result {
  readonly customId: string | null;
  readonly form: Form;
  /** What the server answered, whatever its status; null where no answer came. */
  readonly answer: Answer | null;
  /** Why there is no answer; null where there is one. */
  readonly error: ResultError | null;
}

/** A server's answer. */
export interface Answer {
  readonly status: number;
  /** The server's own name for the request, where it gave one. */
  readonly requestId: string | null;
  /** The body as it came: JSON, or a text. */
  readonly text: string;
  readonly isJson: boolean;
  /** Tokens that it says were spent. */
  readonly tokens?: number;
}

/** Why a request has no answer. */
export interface ResultError {
  readonly code: string;
  readonly message: string;
  /** Line of the requests file, for lines that were not sent. */
  readonly line?: number;
}

/** The line was never sent. */
export function unsendable({ customId, code, message, line }: Problem): Result {
  return { customId, form: "openai", answer: null, error: { code, message, line } };
}

/** Whether a request did not get what it asked for. */
export function isFailure({ answer }: Pick<Result, "answer">): boolean {
  return answer === null || answer.status < 200 || answer.status >= 300;
}

/** The line of a results file, newline included, as the hosted batch of its form has it. */
export function format(result: Result): string {
  return result.form === "openai" ? formatOpenai(result) : formatAnthropic(result);
}

/** Bodies aren't written anew: numbers that JavaScript can't hold stay what they were. */
function formatOpenai({ customId, answer, error }: Result): string {
  const head = `{"id":"${nextId()}","custom_id":${JSON.stringify(customId)},"response":`;
  if (answer === null) return `${head}null,"error":${JSON.stringify(error)}}\n`;
  const { status, requestId } = answer;
  return `${head}{"status_code":${status},"request_id":${JSON.stringify(requestId)},"body":${bodyOf(answer)}},"error":null}\n`;
}

function formatAnthropic({ customId, answer, error }: Result): string {
  const head = `{"custom_id":${JSON.stringify(customId)},"result":`;
  if (answer === null) {
    const inner = { type: "api_error", message: error?.message, code: error?.code };
    return `${head}${JSON.stringify({ type: "errored", error: { type: "error", error: inner } })}}\n`;
  }
  if (!isFailure({ answer })) return `${head}{"type":"succeeded","message":${bodyOf(answer)}}}\n`;
  if (answer.isJson) return `${head}{"type":"errored","error":${bodyOf(answer)}}}\n`;
  const inner = { type: "api_error", message: answer.text, status: answer.status };
  return `${head}${JSON.stringify({ type: "errored", error: { type: "error", error: inner } })}}\n`;
}

/** A line break in JSON stands between its parts, never inside a text: as a space it means the same. */
function bodyOf({ text, isJson }: Answer): string {
  return isJson ? text.replace(/[\r\n]/g, " ") : JSON.stringify(text);
}

/** Drawn once for a process: a draw for each line costs a thirtieth of the throughput. */
const RUN_ID = randomBytes(8).toString("hex");
let lines = 0;

function nextId(): string {
  lines += 1;
  return `batch_req_${RUN_ID}${lines.toString(16).padStart(8, "0")}`;
}
