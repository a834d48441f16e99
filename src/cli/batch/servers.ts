import { modelOf } from "../../adapter/model.js";
import { dialectOfHost } from "../../dialect/catalog.js";
import { type BatchRequest, kindOf, type Problem, problemOf, type RoutedRequest } from "./requests/batch-line.js";
import { joinUrl } from "./target.js";

/** A server that requests may go to. */
export interface Server {
  readonly baseUrl: URL;
  /** Absent: no key is sent. */
  readonly apiKey?: string | undefined;
}

/** Requests of one model at one server: they share a rate. */
export interface Lane {
  /** The model's name, with the server's where there are several. */
  readonly name: string;
  readonly server: Server;
  /** The model, as a sluice's keys have it. */
  readonly model: string;
}

/** How many addresses are kept: a file has a handful, and none may fill the memory. */
const KNOWN_MAX = 1_000;

type Way = Pick<RoutedRequest, "href" | "headers" | "lane">;

/** Finds for each request its server: by its whole address, or else by its form. */
export class Router {
  readonly #servers: readonly Server[];
  readonly #known = new Map<string, Way>();
  readonly #lanes = new Map<string, Lane>();
  #last: (Pick<BatchRequest, "form" | "url" | "model"> & { readonly way: Way }) | undefined;

  /** @param servers one or more; the first takes what nothing tells about. */
  constructor(servers: readonly Server[]) {
    this.#servers = servers;
  }

  route(request: BatchRequest): RoutedRequest | Problem {
    const { form, url, model } = request;
    // Most files ask one model for all of it.
    if (this.#last?.form !== form || this.#last.url !== url || this.#last.model !== model) {
      const way = this.#find(request);
      if (way === undefined) return this.#lost(request);
      this.#last = { form, url, model, way };
    }
    return { ...request, ...this.#last.way };
  }

  #find(request: BatchRequest): Way | undefined {
    const id = `${request.form} ${request.url} ${request.model}`;
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const server = this.#serverOf(request);
    if (server === undefined) return undefined;
    const way = this.#wayTo(server, request);
    if (this.#known.size >= KNOWN_MAX) this.#known.clear();
    this.#known.set(id, way);
    return way;
  }

  #lost(request: BatchRequest): Problem {
    const names = this.#servers.map(({ baseUrl }) => baseUrl.origin).join(", ");
    const what = `url must be a path such as "/v1/chat/completions", or begin with a --base-url (${names}), got ${kindOf(request.url)}`;
    return problemOf("invalid_url", request, what);
  }

  #serverOf({ url, form }: BatchRequest): Server | undefined {
    if (!url.startsWith("/")) {
      const { origin } = new URL(url);
      return this.#servers.find(({ baseUrl }) => baseUrl.origin === origin);
    }
    const [first] = this.#servers;
    if (form === "openai") return first;
    return this.#servers.find((server) => dialectNameOf(server) === "anthropic") ?? first;
  }

  #wayTo(server: Server, { url, form, model }: BatchRequest): Way {
    const href = url.startsWith("/") ? joinUrl(server.baseUrl, url) : url;
    return { href, headers: headersFor(server, form), lane: this.#laneOf(server, model, new URL(href)) };
  }

  #laneOf(server: Server, model: string, { pathname }: URL): Lane {
    const name = this.#servers.length === 1 ? model : `${model} @${server.baseUrl.host}`;
    let lane = this.#lanes.get(name);
    if (lane === undefined) {
      lane = { name, server, model: modelOf(pathname, JSON.stringify({ model })) ?? model };
      this.#lanes.set(name, lane);
    }
    return lane;
  }
}

/** Whether a sluice's key (`origin|credential|model`) is that of a lane. */
export function isKeyOf({ server, model }: Lane, key: string): boolean {
  return (
    key.startsWith(`${server.baseUrl.origin}|`) &&
    key.slice(key.indexOf("|", server.baseUrl.origin.length + 1) + 1) === model
  );
}

/** What goes with every request: JSON, and the key where the server looks for it. */
export function headersFor(server: Server, form: BatchRequest["form"]): Readonly<Record<string, string>> {
  const { apiKey } = server;
  const dialect = dialectNameOf(server);
  return {
    "content-type": "application/json",
    accept: "application/json",
    ...((form === "anthropic" || dialect === "anthropic") && { "anthropic-version": "2023-06-01" }),
    ...(apiKey !== undefined && keyHeaders(apiKey, dialect, form)),
  };
}

/** The headers in which a server looks for the key. */
export function keyHeaders(
  apiKey: string,
  dialect: string | undefined,
  form: BatchRequest["form"],
): Record<string, string> {
  if (dialect === "anthropic") return { "x-api-key": apiKey };
  if (dialect === "azure") return { "api-key": apiKey };
  // A gateway that speaks Anthropic's form may look for the key at either place.
  return { authorization: `Bearer ${apiKey}`, ...(form === "anthropic" && { "x-api-key": apiKey }) };
}

/** Which provider's words a server has, as far as its name tells. */
export function dialectNameOf({ baseUrl }: Server): string | undefined {
  return dialectOfHost(baseUrl.hostname)?.name;
}
