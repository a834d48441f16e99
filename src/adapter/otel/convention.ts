import type { Outcome } from "../../signal/signal.js";
import { OTHER } from "./names.js";

/** What the conventions call the providers whose dialects have other names. */
const PROVIDERS: ReadonlyMap<string, string> = new Map([
  ["azure", "azure.ai.openai"],
  ["bedrock", "aws.bedrock"],
  ["google", "gcp.gemini"],
  ["mistral", "mistral_ai"],
  ["xai", "x_ai"],
  ["together-2024", "together"],
  ["together-2025", "together"],
  ["together-january-2026", "together"],
]);

/** Dialects of servers and proxies: they say how somebody words a limit, and not who it is. */
const SERVERS: ReadonlySet<string> = new Set([
  ...["generic", "ietf", "ietf-draft-03", "ietf-draft-06", "ietf-draft-07"],
  ...["express", "fastify", "nginx", "kong", "envoy"],
]);

/** The methods that the conventions tell apart. */
const METHODS: ReadonlySet<string> = new Set("CONNECT DELETE GET HEAD OPTIONS PATCH POST PUT TRACE QUERY".split(" "));

const STATUS_REFUSED_MIN = 400;

/** `gen_ai.provider.name` for the name of a dialect, as far as that is known. */
export function providerOf(dialect: string | undefined): string {
  if (dialect === undefined || SERVERS.has(dialect)) return OTHER;
  return PROVIDERS.get(dialect) ?? dialect;
}

/** `http.request.method`. */
export function methodOf(method: string): string {
  return METHODS.has(method) ? method : OTHER;
}

/** What there is to say of an end that may be a failure. */
export interface Ending {
  readonly outcome?: Outcome | undefined;
  readonly status?: number | undefined;
  /** What a failure without a response is called. */
  readonly error?: string | undefined;
  /** Why we, or the caller, gave it up. */
  readonly code?: string | undefined;
}

/** `error.type`; undefined where there is no error. */
export function errorTypeOf({ outcome, status, error, code }: Ending): string | undefined {
  if (code !== undefined) return code;
  if (outcome === "accepted") return undefined;
  // A body may say that what was let in with a 200 has failed after all.
  return status !== undefined && status >= STATUS_REFUSED_MIN ? String(status) : (error ?? outcome);
}
