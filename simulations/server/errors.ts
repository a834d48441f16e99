import type { Admission } from "./limit.js";
import type { JsonAnswer } from "./reply.js";

/** An error in the shape that OpenAI's and Together's clients read. */
export function errorAnswer(
  status: number,
  message: string,
  { type = "invalid_request_error", code = null as string | null, param = null as string | null } = {},
): JsonAnswer {
  return { status, json: { error: { message, type, param, code } } };
}

/** The body of a refusal: the attribution that Together documents. */
export function refusalAnswer(admission: Admission, model: string): JsonAnswer {
  if (admission.outcome === "overloaded") {
    const message = `The server is overloaded or not ready yet: no capacity for ${model}.`;
    return errorAnswer(503, message, { type: "service_unavailable" });
  }
  const isTokens = admission.refused?.dimension === "tokens";
  const type = isTokens ? "dynamic_token_limited" : "dynamic_request_limited";
  const message = `You have been rate limited: your ${isTokens ? "token" : "request"} rate for ${model} is above your current limit.`;
  const { json } = errorAnswer(429, message, { type });
  // Together's page calls the field error_type and doesn't say where it stands: it stands in both places.
  return { status: 429, json: { ...(json as object), error_type: type } };
}
