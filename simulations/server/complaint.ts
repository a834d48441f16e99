import type { JsonAnswer } from "./reply.js";

/** What was wrong, as {@link errorAnswer} says it. */
interface Plain {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
}

type Wording = (error: Plain, status: number) => unknown;

const WORDINGS: Readonly<Record<string, Wording>> = {
  anthropic: ({ message }, status) => ({ type: "error", error: { type: anthropicType(status), message } }),
  google: ({ message }, code) => ({ error: { code, message, status: googleStatus(code) } }),
  cohere: ({ message }) => ({ message }),
  mistral: ({ message, type, param, code }) => ({ object: "error", message, type, param, code }),
};

/** An error that isn't about limits, in the words of a provider; most word it as OpenAI does. */
export function complaintIn(provider: string, answer: JsonAnswer): JsonAnswer {
  const wording = Object.hasOwn(WORDINGS, provider) ? WORDINGS[provider] : undefined;
  if (wording === undefined) return answer;
  const { status, json } = answer;
  return { status, json: wording((json as { error: Plain }).error, status) };
}

function anthropicType(status: number): string {
  if (status === 404) return "not_found_error";
  if (status === 413) return "request_too_large";
  return status < 500 ? "invalid_request_error" : "api_error";
}

function googleStatus(status: number): string {
  if (status === 404) return "NOT_FOUND";
  if (status === 504) return "DEADLINE_EXCEEDED";
  return status < 500 ? "INVALID_ARGUMENT" : "INTERNAL";
}
