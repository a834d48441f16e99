import { fetch } from "undici";
import { nearestName } from "../../nearest.js";
import { messageOf } from "./failure.js";
import { headersFor, type Lane, type Server } from "./servers.js";
import type { Survey } from "./survey.js";
import { joinUrl } from "./target.js";

/** A list of models is short work for a server. */
const TIMEOUT_MS = 10_000;

/** What is known of the models that a file asks for. */
export interface ModelCheck {
  /** Those that their server doesn't have, with what to tell of them. */
  readonly unknown: ReadonlyMap<string, string>;
  /** Servers of which nothing is known, and why. */
  readonly notices: readonly string[];
}

/** Asks every server that there is something to send to for its models, before anything is sent. Never rejects. */
export async function checkModels({ models }: Survey, interrupt: AbortSignal): Promise<ModelCheck> {
  const lanes = [...models.values()].filter(({ total, done }) => done < total).map(({ lane }) => lane);
  const unknown = new Map<string, string>();
  const notices: string[] = [];
  for (const server of new Set(lanes.map((lane) => lane.server))) {
    const own = lanes.filter((lane) => lane.server === server);
    const { host } = server.baseUrl;
    const listed = await listModels(server, AbortSignal.any([interrupt, AbortSignal.timeout(TIMEOUT_MS)]));
    if (typeof listed === "string") notices.push(`the models of ${host} can't be checked: ${listed}`);
    else for (const lane of own) if (!has(listed, lane)) unknown.set(lane.name, describe(lane, host, listed));
  }
  return { unknown, notices };
}

/** All of a server's models, or why they aren't known. */
async function listModels(server: Server, signal: AbortSignal): Promise<ReadonlySet<string> | string> {
  const url = joinUrl(server.baseUrl, "/v1/models");
  try {
    const { "content-type": _, ...headers } = headersFor(server, "openai");
    const response = await fetch(url, { headers, signal });
    const text = await response.text();
    if (response.status !== 200) return `GET ${new URL(url).pathname} answers ${response.status}`;
    return namesIn(JSON.parse(text)) ?? `GET ${new URL(url).pathname} answers with no whole list`;
  } catch (error) {
    return messageOf(error);
  }
}

/** `{data: [{id}]}`, as most have it, or the list alone, as Together does. A page of several says nothing of what isn't on it. */
function namesIn(body: unknown): ReadonlySet<string> | undefined {
  const { data = body, has_more: hasMore } = (body ?? {}) as { data?: unknown; has_more?: unknown };
  if (!Array.isArray(data) || hasMore === true) return undefined;
  const names = data.map((model: { id?: unknown } | null) => model?.id).filter((id) => typeof id === "string");
  return names.length === 0 ? undefined : new Set(names);
}

/** Some servers list a name with what may be left out, or take a name with more than they list. */
function has(listed: ReadonlySet<string>, { model }: Lane): boolean {
  const base = model.replace(/:[\w-]+$/, "");
  return [model, base, `${model}:latest`, `models/${model}`].some((name) => listed.has(name));
}

function describe({ model }: Lane, host: string, listed: ReadonlySet<string>): string {
  const nearest = nearestName(model, [...listed]);
  const instead = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  return `${host} has no model ${JSON.stringify(model)} among its ${listed.size}${instead}`;
}
