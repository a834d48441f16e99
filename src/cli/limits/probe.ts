import { fetch } from "undici";
import type { Clock } from "../../clock.js";
import type { ResponseFacts } from "../../signal/signal.js";
import { dialectNameOf, headersFor, type Server } from "../batch/servers.js";
import { joinUrl } from "../batch/target.js";

/** Where a request goes, and what it says. */
export interface Probe {
  readonly href: string;
  readonly body: object;
  readonly headers: Readonly<Record<string, string>>;
}

/** A response, with how long it took. */
export interface Probed extends ResponseFacts {
  readonly body: string;
  readonly tookMs: number;
}

type Body = (model: string) => object;

const MESSAGES = [{ role: "user", content: "Hi" }];

/** The smallest request of each endpoint, by how its path ends; the first that fits. */
const BODIES: readonly (readonly [end: string, body: Body])[] = [
  ["/chat/completions", (model) => ({ model, max_tokens: 1, messages: MESSAGES })],
  ["/completions", (model) => ({ model, max_tokens: 1, prompt: "Hi" })],
  ["/embeddings", (model) => ({ model, input: "Hi" })],
  ["/messages", (model) => ({ model, max_tokens: 1, messages: MESSAGES })],
  ["/responses", (model) => ({ model, max_output_tokens: 16, input: "Hi" })],
];

/** Endpoints that the smallest request is known of. */
export const ENDPOINTS = BODIES.map(([end]) => end);

/** The smallest request to an endpoint, or to the one that the URL ends with; undefined where none is known for it. */
export function probeOf(server: Server, model: string, endpoint?: string): Probe | undefined {
  const isWhole = endpoint === undefined && BODIES.some(([end]) => server.baseUrl.pathname.endsWith(end));
  const isAnthropic = dialectNameOf(server) === "anthropic";
  const path = endpoint ?? (isAnthropic ? "/v1/messages" : "/v1/chat/completions");
  const href = isWhole ? server.baseUrl.href : joinUrl(server.baseUrl, path);
  const { pathname } = new URL(href);
  const body = BODIES.find(([end]) => pathname.endsWith(end))?.[1];
  if (body === undefined) return undefined;
  return {
    href,
    body: body(model),
    headers: headersFor(server, pathname.endsWith("/messages") ? "anthropic" : "openai"),
  };
}

/** Sends it once. Rejects where no answer comes. */
export async function send({ href, body, headers }: Probe, clock: Clock, signal: AbortSignal): Promise<Probed> {
  const startMs = clock.now();
  const response = await fetch(href, { method: "POST", headers, body: JSON.stringify(body), signal });
  const tookMs = clock.now() - startMs;
  const receivedAtMs = clock.wallNow();
  const { status } = response;
  return {
    ...{ status, tookMs, receivedAtMs, host: new URL(href).hostname },
    headers: [...response.headers],
    body: await response.text(),
  };
}
