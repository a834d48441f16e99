import { isRecord } from "../../../record.js";
import { usageOf } from "../../../signal/usage.js";
import { memberText } from "../results/member-text.js";
import { type Members, membersOf } from "../results/members.js";
import type { Answer, Result } from "../results/result-line.js";

/** A line of a hosted batch's output or error file: whose it is there, and what it says. */
export interface HostedLine {
  readonly hostedId: string;
  readonly result: Pick<Result, "answer" | "error">;
}

/** Reads such a line; undefined for anything that isn't a result. Failures may have a response, or an error in its place. */
export function parseHostedLine(text: string): HostedLine | undefined {
  const members = membersOf(text);
  if (members === undefined) return undefined;
  const { custom_id: hostedId, response = null, error = null } = members;
  if (typeof hostedId !== "string") return undefined;
  if (isRecord(response)) {
    const answer = answerOf(response, memberText(memberText(text, "response") ?? "{}", "body"));
    return answer && { hostedId, result: { answer, error: null } };
  }
  const told = errorOf(error);
  return told && { hostedId, result: { answer: null, error: told } };
}

function answerOf(response: Members, bodyText = "null"): Answer | undefined {
  const { status_code: status, request_id: requestId, body } = response;
  if (typeof status !== "number") return undefined;
  const isText = typeof body === "string";
  const tokens = isText ? undefined : usageOf(body)?.tokens;
  return {
    status,
    requestId: typeof requestId === "string" ? requestId : null,
    text: isText ? body : bodyText,
    isJson: !isText,
    ...(tokens !== undefined && { tokens }),
  };
}

/** OpenAI gives a code and a message; others a text alone, or a message without a code. */
function errorOf(error: unknown): { readonly code: string; readonly message: string } | undefined {
  if (typeof error === "string") return { code: "batch_error", message: error };
  if (!isRecord(error)) return undefined;
  const { code, message } = error;
  return { code: code == null ? "batch_error" : String(code), message: String(message ?? "") };
}
