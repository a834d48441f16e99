import { type HeaderView, viewOf } from "../signal/headers.js";
import type { ResponseFacts } from "../signal/signal.js";
import { anthropic } from "./anthropic.js";
import { azure } from "./azure.js";
import { bedrock } from "./bedrock.js";
import { cerebras } from "./cerebras.js";
import { cloudflare } from "./cloudflare.js";
import { cohere } from "./cohere.js";
import { deepseek } from "./deepseek.js";
import type { Dialect } from "./dialect.js";
import { fireworks } from "./fireworks.js";
import { generic } from "./generic.js";
import { github } from "./github.js";
import { google } from "./google.js";
import { groq } from "./groq.js";
import { huggingface } from "./huggingface.js";
import { ietf, ietf03, ietf06, ietf07 } from "./ietf.js";
import { mistral } from "./mistral.js";
import { openai } from "./openai.js";
import { openrouter } from "./openrouter.js";
import { perplexity } from "./perplexity.js";
import { envoy, express, fastify, kong, nginx } from "./servers.js";
import { services } from "./services.js";
import { shopify } from "./shopify.js";
import { together, together2024, together2025, togetherJanuary2026 } from "./together.js";
import { xai } from "./xai.js";

/** Every dialect that is known, those that host others' models before their makers. A new provider is a table and its place in this list. */
export const dialects: readonly Dialect[] = [
  together,
  together2024,
  together2025,
  togetherJanuary2026,
  azure,
  anthropic,
  groq,
  openai,
  mistral,
  fireworks,
  cerebras,
  cohere,
  deepseek,
  xai,
  openrouter,
  perplexity,
  google,
  bedrock,
  huggingface,
  github,
  cloudflare,
  shopify,
  ietf,
  ietf03,
  ietf06,
  ietf07,
  express,
  fastify,
  nginx,
  kong,
  envoy,
  ...services,
  generic,
];

const byName = new Map<string, Dialect>();
const byHost = new Map<string, Dialect>();
const bySign = new Map<string, number>();
for (const [rank, dialect] of dialects.entries()) {
  for (const name of [dialect.name, ...(dialect.aliases ?? [])]) byName.set(name, dialect);
  for (const host of dialect.hosts ?? []) byHost.set(host, dialect);
  for (const sign of dialect.signs ?? []) bySign.set(sign, rank);
}

/** The host that was looked for in vain the last time: each of its responses asks again. */
let lastUnknown: string | undefined;

/** A name is longer than this only where somebody wants to fill a memory. */
const NAME_LENGTH_MAX = 256;

/** What to find a dialect by: the first that tells is believed. */
export interface DialectHint {
  /** A provider's name, in any case: `together`, `azure-openai`. */
  readonly name?: string | undefined;
  /** A host, with or without its port. */
  readonly host?: string | undefined;
  /** The headers of a response. */
  readonly headers?: ResponseFacts["headers"] | undefined;
}

/** The dialect of a provider's name, or of what is known of a server; `generic` where nothing tells. */
export function dialectOf(hint: string | DialectHint): Dialect {
  const { name, host, headers } = typeof hint === "string" ? { name: hint, host: undefined, headers: undefined } : hint;
  return (
    dialectOfName(name) ??
    dialectOfHost(host) ??
    (headers === undefined ? undefined : dialectOfHeaders(viewOf(headers))) ??
    generic
  );
}

/** The dialect of a provider's name or alias, in any case, or undefined where it is unknown. */
export function dialectOfName(name: string | undefined): Dialect | undefined {
  if (typeof name !== "string" || name.length > NAME_LENGTH_MAX) return undefined;
  return byName.get(name) ?? byName.get(name.trim().toLowerCase());
}

/** The dialect of a host or of any domain above it, or undefined where it is unknown. */
export function dialectOfHost(host: string | undefined): Dialect | undefined {
  if (typeof host !== "string" || host.length > NAME_LENGTH_MAX || host === lastUnknown) return undefined;
  const exact = byHost.get(host);
  if (exact !== undefined) return exact;
  const plain = host.trim().toLowerCase().replace(/:\d+$/, "");
  let found = byHost.get(plain);
  for (let dot = plain.indexOf("."); found === undefined && dot >= 0; dot = plain.indexOf(".", dot + 1)) {
    found = byHost.get(plain.slice(dot));
  }
  if (found === undefined) lastUnknown = host;
  return found;
}

/** Azure and other hosts of a model send its maker's headers beside their own: the first in the catalogue is right. */
function dialectOfHeaders(view: HeaderView): Dialect | undefined {
  let found = -1;
  for (const name of view.keys()) {
    const rank = bySign.get(name);
    if (rank !== undefined && (found < 0 || rank < found)) found = rank;
  }
  return dialects[found];
}

/** The dialect of whoever answers at a host, as far as that is known before there was an answer. */
export function dialectAt(provider: string | Dialect | undefined, host: string | undefined): Dialect | undefined {
  if (typeof provider === "object" && provider !== null) return provider;
  return dialectOfName(provider) ?? dialectOfHost(host);
}

/** The dialect to read a response with: the one asked for, or its host's, or the one that its headers show. */
export function dialectFor(
  provider: string | Dialect | undefined,
  host: string | undefined,
  view: HeaderView,
): Dialect {
  if (typeof provider === "object" && provider !== null) return provider;
  return dialectOfName(provider) ?? dialectOfHost(host) ?? dialectOfHeaders(view) ?? generic;
}
