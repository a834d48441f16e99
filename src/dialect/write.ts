import { type TimeForm, writeDelay } from "../signal/instant.js";
import type { Outcome, Quota } from "../signal/signal.js";
import type { Dialect, FieldNames, QuotaRow, Wording } from "./dialect.js";
import { fieldsOf } from "./quotas.js";
import { writeFields } from "./structuredwrite.js";

/** What a server is to state. */
export interface Statement {
  readonly quotas?: readonly Quota[];
  /** The wait that it asks for, in milliseconds. */
  readonly retryAfterMs?: number;
  /** The server's wall time, in milliseconds since 1970: gives the `Date` header, and what absolute resets count from. Without it they are left out. */
  readonly dateMs?: number;
  /** Whether it goes with a refusal. Default: where a wait is stated. */
  readonly isRefusal?: boolean;
}

/**
 * Headers in which a server of this dialect states its quotas: the inverse of reading, as far as the dialect has words.
 * What it has none for is left out; times in whole seconds are rounded up.
 */
export function writeHeaders(dialect: Dialect, statement: Statement): Record<string, string> {
  const headers: Record<string, string> = { ...dialect.always };
  const dateMs = statement.dateMs === undefined ? undefined : Math.floor(statement.dateMs / 1_000) * 1_000;
  if (dateMs !== undefined) headers["date"] = new Date(dateMs).toUTCString();
  const isRefusal = statement.isRefusal ?? statement.retryAfterMs !== undefined;
  const states = dialect.states ?? "always";
  if (states === "always" || (states === "refusals" && isRefusal))
    writeQuotas(headers, dialect, statement.quotas ?? [], dateMs);
  if (statement.retryAfterMs !== undefined) writeWait(headers, dialect, statement.retryAfterMs, dateMs);
  return headers;
}

function writeQuotas(
  headers: Record<string, string>,
  dialect: Dialect,
  quotas: readonly Quota[],
  dateMs: number | undefined,
): void {
  const unsaid: Quota[] = [];
  for (const quota of quotas) {
    const row = rowFor(dialect, quota);
    if (row === undefined) unsaid.push(quota);
    else writeRow(headers, row, quota, dateMs);
  }
  const names: FieldNames | undefined = fieldsOf(dialect)[0];
  if (names !== undefined && unsaid.length > 0) Object.assign(headers, writeFields(names, unsaid));
}

/** The row that has words for a quota: that of its scope and window, else the first of its scope. */
function rowFor(dialect: Dialect, quota: Quota): QuotaRow | undefined {
  const rows = (dialect.quotas ?? []).filter(
    (row) => row.dimension === quota.dimension && row.isMirror !== true && isScopeOf(row, quota),
  );
  return (
    rows.find((row) => row.windowMs === quota.windowMs) ?? rows.find((row) => row.windowMs === undefined) ?? rows[0]
  );
}

function isScopeOf(row: QuotaRow, quota: Quota): boolean {
  if (quota.scope === undefined) return row.scope === undefined;
  return row.scope === quota.scope || row.scopeUnlessNarrowest === quota.scope;
}

function writeRow(headers: Record<string, string>, row: QuotaRow, quota: Quota, dateMs: number | undefined): void {
  const { limit, remaining, resetInMs, windowMs } = quota;
  const used = limit === undefined || remaining === undefined ? undefined : Math.max(0, limit - remaining);
  if (row.usedOfLimit !== undefined && used !== undefined) headers[row.usedOfLimit] = `${used}/${limit}`;
  if (row.usedShare !== undefined && used !== undefined && limit !== undefined)
    headers[row.usedShare] = String(used / limit);
  set(headers, row.limit, limit);
  set(headers, row.remaining, remaining);
  if (row.used !== undefined) set(headers, row.used, used);
  if (row.window !== undefined && windowMs !== undefined) set(headers, row.window, windowMs / 1_000);
  const resetName = first(row.reset) ?? row.resetShared;
  if (resetName !== undefined && resetInMs !== undefined)
    setTime(headers, resetName, resetInMs, row.resetAs ?? "seconds", dateMs);
}

function set(
  headers: Record<string, string>,
  names: string | readonly string[] | undefined,
  value: number | undefined,
): void {
  const name = first(names);
  if (name !== undefined && value !== undefined) headers[name] = String(value);
}

function first(names: string | readonly string[] | undefined): string | undefined {
  return typeof names === "string" ? names : names?.[0];
}

const ABSOLUTE: ReadonlySet<TimeForm> = new Set(["epoch-seconds", "epoch-milliseconds", "rfc3339", "http-date"]);

function setTime(
  headers: Record<string, string>,
  name: string,
  delayMs: number,
  form: TimeForm,
  dateMs: number | undefined,
): void {
  if (dateMs === undefined && ABSOLUTE.has(form)) return;
  headers[name] = writeDelay(delayMs, form, dateMs ?? 0);
}

function writeWait(
  headers: Record<string, string>,
  dialect: Dialect,
  delayMs: number,
  dateMs: number | undefined,
): void {
  const written = dialect.waits?.find((wait) => wait.isWritten === true) ?? { name: "retry-after" };
  setTime(headers, written.name, delayMs, written.as ?? "seconds", dateMs);
}

/** What a server refuses with, in its own words. */
export interface Refusal {
  readonly outcome: Exclude<Outcome, "accepted">;
  /** What ran out. Default: whatever the dialect's plain refusal means. */
  readonly dimension?: string;
  /** Prose for people. */
  readonly message?: string;
  /** The wait, in milliseconds, for dialects that state it in the body. */
  readonly retryAfterMs?: number;
}

const PLAIN: Readonly<Record<Exclude<Outcome, "accepted">, { readonly status: number; readonly body: unknown }>> = {
  throttled: {
    status: 429,
    body: { error: { message: "{message}", type: "{dimension}", param: null, code: "rate_limit_exceeded" } },
  },
  overloaded: {
    status: 503,
    body: { error: { message: "{message}", type: "service_unavailable_error", param: null, code: null } },
  },
  exhausted: {
    status: 429,
    body: { error: { message: "{message}", type: "insufficient_quota", param: null, code: "insufficient_quota" } },
  },
  saturated: {
    status: 429,
    body: { error: { message: "{message}", type: "requests", param: null, code: "concurrency_limit_exceeded" } },
  },
  failed: { status: 500, body: { error: { message: "{message}", type: "server_error", param: null, code: null } } },
};

/** The status and body with which a server of this dialect refuses; what it has no words for is worded as OpenAI does. */
export function writeRefusal(dialect: Dialect, refusal: Refusal): { readonly status: number; readonly body: unknown } {
  const own: Partial<Record<Wording, { readonly status: number; readonly body?: unknown }>> = dialect.wording ?? {};
  const special: Wording | undefined =
    refusal.outcome === "throttled" ? `throttled:${refusal.dimension ?? "requests"}` : undefined;
  const worded = (special === undefined ? undefined : own[special]) ?? own[refusal.outcome] ?? PLAIN[refusal.outcome];
  return { status: worded.status, body: filled(worded.body, refusal) };
}

function filled(template: unknown, refusal: Refusal): unknown {
  if (typeof template === "string") {
    return template
      .replaceAll("{dimension}", refusal.dimension ?? "requests")
      .replaceAll("{seconds}", String((refusal.retryAfterMs ?? 1_000) / 1_000))
      .replaceAll("{message}", () => refusal.message ?? "Please slow down.");
  }
  if (Array.isArray(template)) return template.map((part) => filled(part, refusal));
  if (typeof template !== "object" || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, filled(value, refusal)]));
}
