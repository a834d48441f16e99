import type { HeaderView } from "../signal/headers.js";
import { type DelayOptions, readDelayMs } from "../signal/instant.js";
import type { Quota } from "../signal/signal.js";
import { readCount } from "./count.js";
import type { Dialect, QuotaRow } from "./dialect.js";
import { inferWindowMs, resetUnitMs } from "./window.js";

type Draft = { -readonly [Key in keyof Quota]: Quota[Key] };

/** The quota that one row finds in the headers, or undefined where they say nothing of it that can be read. */
export function readRow(view: HeaderView, row: QuotaRow, dialect: Dialect, options: DelayOptions): Quota | undefined {
  if (row.beside !== undefined && !row.beside.some((name) => view.has(name))) return undefined;
  const { limit, remaining, isStated, isUntracked } = unitsOf(view, row);
  const left = leftOf(remaining, dialect);
  const isSilent = limit === undefined && left === undefined;
  const ownReset = textOf(view, row.reset);
  // A reset beside numbers that can't be read says nothing that could be used.
  if (isUntracked || (isSilent && (isStated || ownReset === undefined))) return undefined;
  const reset = ownReset ?? (row.resetShared === undefined ? undefined : view.get(row.resetShared));
  const windowMs = windowStated(view, row);
  const lacking = limit === undefined || remaining === undefined ? undefined : limit - remaining;
  const resetInMs = reset === undefined ? undefined : resetOf(reset, row, { lacking, limit, windowMs }, options);
  if (isSilent && resetInMs === undefined) return undefined;
  // Built up rather than spread together: this runs some ten times for each response.
  const quota: Draft = { dimension: row.dimension };
  if (row.scope !== undefined) quota.scope = row.scope;
  if (limit !== undefined) quota.limit = limit;
  if (left !== undefined) quota.remaining = left;
  if (resetInMs !== undefined) quota.resetInMs = resetInMs;
  if (windowMs !== undefined) quota.windowMs = windowMs;
  else addWindow(quota, row, remaining);
  return quota;
}

/** A row's units as they are stated: `remaining` may be negative. */
interface Units {
  readonly limit: number | undefined;
  readonly remaining: number | undefined;
  /** Whether there was anything to read, readable or not. */
  readonly isStated: boolean;
  /** A negative limit is how a server says that it doesn't count. */
  readonly isUntracked: boolean;
}

function unitsOf(view: HeaderView, row: QuotaRow): Units {
  const limitText = textOf(view, row.limit);
  const remainingText = textOf(view, row.remaining);
  if (row.usedShare !== undefined) return sharesOf(view.get(row.usedShare));
  const pair = row.usedOfLimit === undefined ? undefined : pairOf(view.get(row.usedOfLimit));
  const used = positive(pair?.used ?? readCount(textOf(view, row.used)));
  const stated = limitText === undefined ? pair?.limit : readLimit(limitText, row);
  const left = remainingText === undefined ? undefined : readCount(remainingText);
  const canSum = stated === undefined && limitText === undefined && left !== undefined && left >= 0;
  const limit = canSum && used !== undefined ? left + used : positive(stated);
  const canSubtract = remainingText === undefined && limit !== undefined && used !== undefined;
  return {
    limit,
    remaining: canSubtract ? Math.max(0, limit - used) : left,
    isStated: limitText !== undefined || remainingText !== undefined,
    isUntracked: stated !== undefined && limit === undefined,
  };
}

function sharesOf(text: string | undefined): Units {
  const used = positive(readCount(text));
  const isStated = text !== undefined;
  if (used === undefined) return { limit: undefined, remaining: undefined, isStated, isUntracked: false };
  return { limit: 1, remaining: Math.max(0, 1 - used), isStated, isUntracked: false };
}

function textOf(view: HeaderView, names: string | readonly string[] | undefined): string | undefined {
  if (names === undefined) return undefined;
  if (typeof names === "string") return view.get(names);
  for (const name of names) {
    const text = view.get(name);
    if (text !== undefined) return text;
  }
  return undefined;
}

function readLimit(text: string, row: QuotaRow): number | undefined {
  return readCount(row.limitPattern === undefined ? text : (row.limitPattern.exec(text)?.[1] ?? text));
}

function pairOf(text: string | undefined): { used: number | undefined; limit: number | undefined } | undefined {
  if (text === undefined) return undefined;
  const slash = text.indexOf("/");
  return slash < 0 ? undefined : { used: readCount(text.slice(0, slash)), limit: readCount(text.slice(slash + 1)) };
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && value >= 0 ? value : undefined;
}

function leftOf(remaining: number | undefined, dialect: Dialect): number | undefined {
  return remaining !== undefined && remaining < 0 && dialect.negativeRemaining === "zero" ? 0 : positive(remaining);
}

function windowStated(view: HeaderView, row: QuotaRow): number | undefined {
  const seconds = row.window === undefined ? undefined : readCount(view.get(row.window));
  const statedMs = seconds === undefined || seconds <= 0 ? undefined : seconds * 1_000;
  return statedMs !== undefined && Number.isFinite(statedMs) ? statedMs : row.windowMs;
}

function resetOf(
  text: string,
  row: QuotaRow,
  known: { lacking: number | undefined; limit: number | undefined; windowMs: number | undefined },
  options: DelayOptions,
): number | undefined {
  if (row.isResetUnitUnknown !== true) return readDelayMs(text, options);
  const bare = readCount(text);
  const unitMs = bare === undefined ? 1_000 : resetUnitMs(bare, known.lacking, known.limit, known.windowMs ?? 60_000);
  return readDelayMs(text, { ...options, unitMs });
}

/** The window that the numbers tell, or the documentation: where they disagree the documentation stands. */
function addWindow(quota: Draft, row: QuotaRow, remaining: number | undefined): void {
  const documentedMs = row.windowDocumentedMs;
  const { limit, resetInMs } = quota;
  const canInfer =
    row.infersWindow === true && limit !== undefined && remaining !== undefined && resetInMs !== undefined;
  const inferredMs = canInfer ? inferWindowMs({ limit, remaining, resetInMs }) : undefined;
  if (inferredMs !== undefined && (documentedMs === undefined || documentedMs === inferredMs)) {
    quota.windowMs = inferredMs;
    quota.windowInferred = true;
  } else if (documentedMs !== undefined) quota.windowMs = documentedMs;
}
