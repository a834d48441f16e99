import { modelInPath } from "../../../adapter/model.js";
import { isRecord } from "../../../record.js";
import type { Members } from "../results/members.js";
import { type BatchRequest, kindOf, type Problem, problemOf } from "./batch-line.js";
import type { Line } from "./lines.js";

/** Where a plain body goes, by the member that only such requests have. */
const ENDPOINTS: readonly (readonly [member: string, url: string])[] = [
  ["messages", "/v1/chat/completions"],
  ["input", "/v1/embeddings"],
  ["prompt", "/v1/completions"],
];

/**
 * Reads a line of a requests file: OpenAI's batch form, Anthropic's (`custom_id` and `params`), or a plain body, which goes to
 * `endpoint`. A request, a problem, or undefined for a line with nothing on it.
 */
export function parseLine(line: Line, endpoint?: string): BatchRequest | Problem | undefined {
  const at = { line: line.number };
  if (line.problem === "not-utf8") return problemOf("invalid_encoding", at, "not UTF-8");
  if (line.text === undefined) return problemOf("line_too_long", at, "longer than 64 MiB");
  if (line.text.trim() === "") return undefined;

  let value: unknown;
  try {
    value = JSON.parse(line.text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return problemOf("invalid_json", at, `not JSON (${why})`);
  }
  if (!isRecord(value)) return problemOf("invalid_line", at, `expected a JSON object, got ${kindOf(value)}`);
  const members = value as Members;
  if (
    ["custom_id", "method", "url", "body"].every((name) => members[name] === undefined) &&
    !isRecord(members["params"])
  ) {
    return plainBody(members, line.number, endpoint);
  }
  const { custom_id: id } = members;
  if (typeof id !== "string" || id === "") {
    return problemOf("missing_custom_id", at, `custom_id must be a text that isn't empty, got ${kindOf(id)}`);
  }
  const named = { line: line.number, customId: id };
  return isRecord(members["params"]) && members["body"] === undefined
    ? check(members["params"], { ...named, form: "anthropic", url: "/v1/messages" }, "params")
    : batchForm(members, named, endpoint);
}

type Named = Pick<BatchRequest, "line" | "customId">;

function batchForm(members: Members, named: Named, endpoint: string | undefined): BatchRequest | Problem {
  const { method, url = endpoint, body } = members;
  if (method !== undefined && (typeof method !== "string" || method.toUpperCase() !== "POST")) {
    return problemOf("invalid_method", named, `method must be "POST", got ${kindOf(method)}`);
  }
  if (typeof url !== "string" || !isAddress(url)) {
    return problemOf("invalid_url", named, `url must be a path such as "/v1/chat/completions", got ${kindOf(url)}`);
  }
  if (!isRecord(body)) return problemOf("missing_body", named, `body must be a JSON object, got ${kindOf(body)}`);
  return check(body, { ...named, form: "openai", url }, "body");
}

/** A body alone has the number of its line for an id: it is the same one in the next run. */
function plainBody(body: Members, line: number, endpoint: string | undefined): BatchRequest | Problem {
  const named = { line, customId: `line-${line}` };
  const url = endpoint ?? ENDPOINTS.find(([member]) => body[member] !== undefined)?.[1];
  if (body["model"] === undefined && endpoint === undefined) {
    const forms = '{"custom_id", "url", "body"}, {"custom_id", "params"}, or a body with its "model"';
    return problemOf("invalid_line", { line }, `not a request; expected ${forms}`);
  }
  if (url === undefined) {
    return problemOf("invalid_url", named, "nothing tells where this body goes; say it with --endpoint /v1/…");
  }
  return check(body, { ...named, form: "openai", url }, "body");
}

function check(body: object, request: Omit<BatchRequest, "model" | "body">, name: string): BatchRequest | Problem {
  const { model = modelInPath(request.url), stream } = body as Members;
  if (typeof model !== "string" || model.trim() === "") {
    return problemOf("missing_model", request, `${name}.model must name a model, got ${kindOf(model)}`);
  }
  // A stream's pieces aren't a result that the hosted batch would have, and an error inside it would look like success.
  if (stream === true) {
    return problemOf("stream_requested", request, `${name}.stream must not be true in a file of requests`);
  }
  return { ...request, model, body };
}

/** A path on the user's server (`//host/path` and `/\host` are on another one), or a whole address, looked at where it is routed. */
function isAddress(url: string): boolean {
  if (/^https?:\/\//i.test(url)) return URL.canParse(url);
  const base = "http://server.invalid";
  return url.startsWith("/") && URL.canParse(url, base) && new URL(url, base).origin === base;
}
