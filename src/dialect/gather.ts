import { isRecord } from "../record.js";
import { parseJson } from "../signal/body.js";

/** What an error says, wherever in the body it says it. */
export interface Failure {
  /** Types, codes and reasons, in lower case. */
  readonly codes: ReadonlySet<string>;
  /** All prose, in one string. */
  readonly message: string;
  /** An HTTP status that the body repeats, or that it has in place of the response's own. */
  readonly status?: number;
  /** Waits by the key that states them. */
  readonly waits: ReadonlyMap<string, string>;
  /** Rate-limit headers that stand in the body. */
  readonly headers?: unknown;
  /** The quotas that were violated, as Google lists them. */
  readonly violations: readonly Readonly<Record<string, unknown>>[];
  /** The body's root, parsed. */
  readonly root: Readonly<Record<string, unknown>>;
  /** Whether it came as an event of a stream. */
  readonly isStreamed: boolean;
}

const CODE_KEYS = new Set([
  "type",
  "code",
  "status",
  "param",
  "error_type",
  "error_code",
  "errorcode",
  "reason",
  "__type",
  "name",
]);
const PROSE_KEYS = new Set([
  "message",
  "detail",
  "title",
  "error",
  "errors",
  "raw",
  "details",
  "error_description",
  "error_message",
]);
const WAIT_KEYS = new Set([
  "retry_after",
  "retryafter",
  "retry_after_ms",
  "retry_after_seconds",
  "retrydelay",
  "quotaresetdelay",
]);

/** An error's body is small: what is larger is cut here, so that no body costs more than a moment. */
const NODES_MAX = 256;
const DEPTH_MAX = 6;
export const MESSAGE_LENGTH_MAX = 4_096;
const CODE_LENGTH_MAX = 256;

/** Gathers what a body says of a failure. Bounded in depth and in size; a getter that throws hides itself alone. */
export function failureOf(root: Readonly<Record<string, unknown>>, isStreamed: boolean): Failure {
  const gathered: Gathered = { codes: new Set(), prose: [], waits: new Map(), violations: [], nodes: 0 };
  gather(gathered, root, 0);
  return {
    codes: gathered.codes,
    message: gathered.prose.join(" \n").slice(0, MESSAGE_LENGTH_MAX),
    ...(gathered.status !== undefined && { status: gathered.status }),
    waits: gathered.waits,
    ...(gathered.headers !== undefined && { headers: gathered.headers }),
    violations: gathered.violations,
    root,
    isStreamed,
  };
}

interface Gathered {
  readonly codes: Set<string>;
  readonly prose: string[];
  readonly waits: Map<string, string>;
  readonly violations: Readonly<Record<string, unknown>>[];
  headers?: unknown;
  status?: number;
  nodes: number;
}

function gather(gathered: Gathered, value: object, depth: number): void {
  let keys: readonly string[] = [];
  try {
    keys = Object.keys(value);
  } catch {
    return;
  }
  for (const key of keys) {
    if (++gathered.nodes > NODES_MAX) return;
    try {
      gatherOne(gathered, key.toLowerCase(), (value as Readonly<Record<string, unknown>>)[key], depth);
    } catch {
      // A hostile getter.
    }
  }
}

function gatherOne(gathered: Gathered, key: string, value: unknown, depth: number): void {
  if (typeof value === "object" && value !== null) {
    if (key === "headers" && depth > 0) gathered.headers ??= value;
    else if (key === "violations" && Array.isArray(value))
      gathered.violations.push(...value.slice(0, 16).filter(isRecord));
    else if (depth < DEPTH_MAX) gather(gathered, value, depth + 1);
    return;
  }
  if (typeof value !== "string" && typeof value !== "number") return;
  if (WAIT_KEYS.has(key)) gathered.waits.set(key, String(value).slice(0, 64));
  if (CODE_KEYS.has(key)) gatherCode(gathered, value);
  // Prose may stand in lists of messages too, whose keys are their places.
  if (typeof value === "string" && (PROSE_KEYS.has(key) || /^\d+$/.test(key))) gatherProse(gathered, value, depth);
}

function gatherCode(gathered: Gathered, value: string | number): void {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 400 && number <= 599) gathered.status ??= number;
  const text = String(value).slice(0, CODE_LENGTH_MAX).toLowerCase();
  gathered.codes.add(text);
  // Problem types are addresses, and AWS puts a namespace before its own: the last part is the code.
  const last = text.split(/[#/]/).at(-1);
  if (last !== undefined && last !== text && last !== "") gathered.codes.add(last);
}

/** A proxy may hand on another provider's error as a string of JSON. */
function gatherProse(gathered: Gathered, text: string, depth: number): void {
  const nested = text.length < 65_536 && /^\s*\{/.test(text) && depth < DEPTH_MAX ? parseJson(text) : undefined;
  if (isRecord(nested)) gather(gathered, nested, depth + 1);
  else gathered.prose.push(text.slice(0, MESSAGE_LENGTH_MAX));
}
