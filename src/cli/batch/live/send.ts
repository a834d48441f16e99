import type { SluiceError } from "../../../errors.js";
import { isSluiceError } from "../../../errors.js";
import { usageOf } from "../../../signal/usage.js";
import { codeOf, messageOf } from "../failure.js";
import type { RoutedRequest } from "../requests/batch-line.js";
import type { Answer, Result } from "../results/result-line.js";
import type { Governor } from "./governor.js";

/** What became of a request. */
export type Sent =
  | { readonly kind: "result"; readonly result: Result }
  /** Not sent, or not answered, because we are stopping: it is left for the next run. */
  | { readonly kind: "left" }
  /** Asking further is futile: the quota is spent, or the server doesn't know us. Left for the next run, too. */
  | { readonly kind: "futile"; readonly because: "exhausted" | "unauthorized"; readonly message: string };

/** Where servers put their own name of a request. */
const REQUEST_ID_HEADERS = ["x-request-id", "request-id", "x-amzn-requestid", "apim-request-id", "cf-ray"];

/** A body may break off after its headers, which no rule of retries covers: the whole request is sent again so often. */
const CUT_BODIES_MAX = 3;

/** Sends one request through a sluice, which knows by its address, key and model whose budget it draws on. Never rejects. */
export async function send(request: RoutedRequest, sluice: Governor, isStopping: () => boolean): Promise<Sent> {
  const init = { method: "POST", headers: request.headers, body: JSON.stringify(request.body) };
  for (let cut = 1; ; cut += 1) {
    let response: Response;
    try {
      response = await sluice.fetch(request.href, init);
    } catch (error) {
      return refused(request, error, isStopping());
    }
    try {
      return judge(request, answerOf(response.status, response.headers, await response.text()), isStopping());
    } catch (error) {
      if (isStopping()) return { kind: "left" };
      if (cut >= CUT_BODIES_MAX) return failure(request, codeOf(error) ?? "body_cut_short", messageOf(error));
    }
  }
}

function refused(request: RoutedRequest, error: unknown, isStopping: boolean): Sent {
  if (!isSluiceError(error)) {
    return isStopping ? { kind: "left" } : failure(request, codeOf(error) ?? "network_error", messageOf(error));
  }
  if (error.code === "ERR_SLUICE_CLOSED") return { kind: "left" };
  if (error.code === "ERR_SLUICE_EXHAUSTED") return { kind: "futile", because: "exhausted", message: error.message };
  const answer = lastAnswer(error);
  if (answer !== undefined) return judge(request, answer, isStopping);
  return isStopping ? { kind: "left" } : failure(request, error.code, messageOf(error));
}

function judge({ customId, form }: RoutedRequest, answer: Answer, isStopping: boolean): Sent {
  const { status } = answer;
  // Nothing is wrong with the request: the key is, and so it would be with all the others.
  if (status === 401) return { kind: "futile", because: "unauthorized", message: messageIn(answer.text) };
  // While we stop nothing is tried again, so that such an answer isn't this request's last word.
  if (isStopping && (status === 429 || status >= 500)) return { kind: "left" };
  return { kind: "result", result: { customId, form, answer, error: null } };
}

function failure({ customId, form }: RoutedRequest, code: string, message: string): Sent {
  return { kind: "result", result: { customId, form, answer: null, error: { code, message } } };
}

/** The last refusal that a server gave, where the sluice gave up after one. */
function lastAnswer({ status, headers, body }: SluiceError): Answer | undefined {
  if (status === undefined || headers === undefined) return undefined;
  const text = typeof body === "string" ? body : JSON.stringify(body ?? null);
  return answerOf(status, new Headers(headers as HeadersInit), text);
}

function answerOf(status: number, headers: Headers, text: string): Answer {
  const name = REQUEST_ID_HEADERS.find((header) => headers.has(header));
  const parsed = parse(text);
  const tokens = parsed === undefined ? undefined : usageOf(parsed)?.tokens;
  return {
    status,
    requestId: name === undefined ? null : headers.get(name),
    text,
    isJson: parsed !== undefined,
    ...(tokens !== undefined && { tokens }),
  };
}

/** JSON has no `undefined`: that is what isn't JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The message of an error body, wherever the usual APIs put it. */
export function messageIn(text: string): string {
  const body = parse(text);
  const { error, message } = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const inner = typeof error === "object" && error !== null && "message" in error ? error.message : error;
  const found = [inner, message, body, text].find((value) => typeof value === "string" && value !== "");
  return String(found ?? "").slice(0, 300);
}
