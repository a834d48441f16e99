import type { SluiceError } from "../../errors.js";
import { isSluiceError } from "../../errors.js";
import type { BatchRequest } from "./batch-line.js";
import { codeOf, messageOf } from "./failure.js";
import type { Governor } from "./governor.js";
import { answered, type ResultLine, type ResultResponse, unanswered } from "./result-line.js";
import { joinUrl } from "./target.js";

/** What became of a request. */
export type Sent =
  | { readonly kind: "result"; readonly result: ResultLine }
  /** Not sent, or not answered, because we are stopping: it is left for the next run. */
  | { readonly kind: "left" }
  /** Asking further is futile: the quota is spent, or the server doesn't know us. Left for the next run, too. */
  | { readonly kind: "futile"; readonly because: "exhausted" | "unauthorized"; readonly message: string };

/** How to reach the server. */
export interface Target {
  readonly baseUrl: URL;
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Where servers put their own name of a request. */
const REQUEST_ID_HEADERS = ["x-request-id", "request-id", "x-amzn-requestid", "apim-request-id", "cf-ray"];

/** A body may break off after its headers, which no rule of retries covers: the whole request is sent again so often. */
const CUT_BODIES_MAX = 3;

/** Sends one request through a sluice, under its model's key. Never rejects. */
export async function send(
  request: BatchRequest,
  sluice: Governor,
  target: Target,
  isStopping: () => boolean,
): Promise<Sent> {
  const url = joinUrl(target.baseUrl, request.url);
  const init = { method: "POST", headers: target.headers, body: request.body };
  for (let cut = 1; ; cut += 1) {
    let response: Response;
    try {
      response = await sluice.with({ key: request.model }, () => sluice.fetch(url, init));
    } catch (error) {
      return refused(request, error, isStopping());
    }
    try {
      const body = parseBody(await response.text());
      return judge(request, response.status, { ...toResult(response.status, response.headers), body }, isStopping());
    } catch (error) {
      if (isStopping()) return { kind: "left" };
      if (cut >= CUT_BODIES_MAX) return failure(request, codeOf(error) ?? "body_cut_short", messageOf(error));
    }
  }
}

function refused(request: BatchRequest, error: unknown, isStopping: boolean): Sent {
  if (!isSluiceError(error)) {
    return isStopping ? { kind: "left" } : failure(request, codeOf(error) ?? "network_error", messageOf(error));
  }
  if (error.code === "ERR_SLUICE_CLOSED") return { kind: "left" };
  if (error.code === "ERR_SLUICE_EXHAUSTED") return { kind: "futile", because: "exhausted", message: error.message };
  const response = responseOf(error);
  if (response !== undefined) return judge(request, response.status_code, response, isStopping);
  return isStopping ? { kind: "left" } : failure(request, error.code, messageOf(error));
}

function judge(request: BatchRequest, status: number, response: ResultResponse, isStopping: boolean): Sent {
  // Nothing is wrong with the request: the key is, and so it would be with all the others.
  if (status === 401) return { kind: "futile", because: "unauthorized", message: describe(response.body) };
  // While we stop nothing is tried again, so that such an answer isn't this request's last word.
  if (isStopping && (status === 429 || status >= 500)) return { kind: "left" };
  return { kind: "result", result: answered(request.customId, response) };
}

function failure(request: BatchRequest, code: string, message: string): Sent {
  return { kind: "result", result: unanswered(request.customId, { code, message }) };
}

/** The last refusal that a server gave, where the sluice gave up after one. */
function responseOf(error: SluiceError): ResultResponse | undefined {
  if (error.status === undefined || error.headers === undefined) return undefined;
  const body = typeof error.body === "string" ? parseBody(error.body) : (error.body ?? null);
  return { ...toResult(error.status, new Headers(error.headers as HeadersInit)), body };
}

function toResult(status: number, headers: Headers): Omit<ResultResponse, "body"> {
  const name = REQUEST_ID_HEADERS.find((header) => headers.has(header));
  return { status_code: status, request_id: name === undefined ? null : headers.get(name) };
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The message of an error body, wherever the usual APIs put it. */
function describe(body: unknown): string {
  const { error, message } = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const inner = typeof error === "object" && error !== null && "message" in error ? error.message : error;
  return (
    [inner, message, body]
      .find((text) => typeof text === "string" && text !== "")
      ?.toString()
      .slice(0, 300) ?? ""
  );
}
