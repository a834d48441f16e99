import type { JsonAnswer } from "./reply.js";

/** An error in the shape that OpenAI's and Together's clients read. */
export function errorAnswer(
  status: number,
  message: string,
  { type = "invalid_request_error", code = null as string | null, param = null as string | null } = {},
): JsonAnswer {
  return { status, json: { error: { message, type, param, code } } };
}
