import type { Dimension } from "../cost.js";
import type { HeaderView } from "../signal/headers.js";
import { type DelayOptions, readDelayMs } from "../signal/instant.js";
import type { Quota } from "../signal/signal.js";
import { readCount } from "./count.js";
import type { Dialect, FieldNames, QuotaRow } from "./dialect.js";
import { readFields } from "./structured.js";
import { inferWindowMs, resetUnitMs } from "./window.js";

/** A quota as a row read it, with what the row says of its scope. */
interface Found {
  readonly quota: Quota;
  readonly row?: QuotaRow;
}

/** What a refusal says of the quotas that come with it. */
export interface RefusalHint {
  readonly dimension?: Dimension | undefined;
  /** Window of what was refused, in milliseconds. */
  readonly windowMs?: number | undefined;
}

/** Every quota that the headers state, in the dialect's words: each dimension and scope once. */
export function readQuotas(
  view: HeaderView,
  dialect: Dialect,
  options: DelayOptions,
  hint: RefusalHint = {},
): readonly Quota[] {
  if (view.size === 0) return [];
  const found: Found[] = [];
  for (const row of dialect.quotas ?? []) {
    const quota = readRow(view, row, dialect, options);
    if (quota !== undefined) found.push({ quota: row.isNamedByRefusal === true ? named(quota, hint) : quota, row });
  }
  for (const names of fieldsOf(dialect)) {
    for (const quota of readFields(view, names, options)) found.push({ quota });
  }
  return found.length === 0 ? [] : merged(withScopes(withMirrors(found)));
}

/** The families of structured fields that a dialect has. */
export function fieldsOf({ fields }: Dialect): readonly FieldNames[] {
  if (fields === undefined) return [];
  return Array.isArray(fields) ? (fields as readonly FieldNames[]) : [fields as FieldNames];
}

function named(quota: Quota, { dimension, windowMs }: RefusalHint): Quota {
  if (quota.limit !== undefined || quota.remaining !== undefined) return quota;
  return {
    ...quota,
    ...(dimension !== undefined && { dimension }),
    ...(windowMs !== undefined && { windowMs }),
  };
}

function readRow(view: HeaderView, row: QuotaRow, dialect: Dialect, options: DelayOptions): Quota | undefined {
  if (row.beside !== undefined && !row.beside.some((name) => view.has(name))) return undefined;
  const limitText = textOf(view, row.limit);
  const remainingText = textOf(view, row.remaining);
  const pair = row.usedOfLimit === undefined ? undefined : pairOf(view.get(row.usedOfLimit));
  const limitRead = limitText === undefined ? pair?.limit : readLimit(limitText, row);
  const used = positive(pair?.used ?? readCount(textOf(view, row.used)));
  let remaining = remainingText === undefined ? undefined : readCount(remainingText);
  let limit = positive(limitRead);
  if (limitText === undefined && limit === undefined && remaining !== undefined && remaining >= 0 && used !== undefined)
    limit = remaining + used;
  if (remainingText === undefined && limit !== undefined && used !== undefined) remaining = limit - used;
  // -1 for both is how a server says that it doesn't count.
  if (limitRead !== undefined && limit === undefined) return undefined;
  const windowMs = windowStated(view, row);
  const lacking = limit === undefined || remaining === undefined ? undefined : limit - remaining;
  const left = leftOf(remaining, dialect);
  const ownResetText = textOf(view, row.reset);
  if (limit === undefined && left === undefined && ownResetText === undefined) return undefined;
  // A reset beside numbers that can't be read says nothing that could be used.
  if (limit === undefined && left === undefined && (limitText !== undefined || remainingText !== undefined))
    return undefined;
  const resetText = ownResetText ?? (row.resetShared === undefined ? undefined : view.get(row.resetShared));
  const resetInMs =
    resetText === undefined ? undefined : resetOf(resetText, row, { lacking, limit, windowMs }, options);
  if (limit === undefined && left === undefined && resetInMs === undefined) return undefined;
  // Built up rather than spread together: this runs some ten times for each response.
  const quota: { -readonly [Key in keyof Quota]: Quota[Key] } = { dimension: row.dimension };
  if (row.scope !== undefined) quota.scope = row.scope;
  if (limit !== undefined) quota.limit = limit;
  if (left !== undefined) quota.remaining = left;
  if (resetInMs !== undefined) quota.resetInMs = resetInMs;
  if (windowMs !== undefined) quota.windowMs = windowMs;
  else addWindow(quota, row, remaining);
  return quota;
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
function addWindow(
  quota: { -readonly [Key in keyof Quota]: Quota[Key] },
  row: QuotaRow,
  remaining: number | undefined,
): void {
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

/** A mirror's reset belongs to the window whose numbers it repeats; where there is none it stands for itself. */
function withMirrors(found: readonly Found[]): readonly Found[] {
  const mirrors = found.filter(({ row }) => row?.isMirror === true);
  if (mirrors.length === 0) return found;
  let rest = found.filter(({ row }) => row?.isMirror !== true);
  for (const mirror of mirrors) {
    const twin = rest.find(({ quota }) => quota.dimension === mirror.quota.dimension && isTwin(quota, mirror.quota));
    rest =
      twin === undefined
        ? [...rest, mirror]
        : rest.map((one) => (one === twin ? { ...one, quota: { ...mirror.quota, ...one.quota } } : one));
  }
  return rest;
}

function isTwin(one: Quota, other: Quota): boolean {
  return one.limit === other.limit && one.remaining === other.remaining;
}

function withScopes(found: readonly Found[]): readonly Quota[] {
  const narrowest = new Set<string>();
  return found.map(({ quota, row }) => {
    const scope = row?.scopeUnlessNarrowest;
    const isNarrowest = quota.scope === undefined && !narrowest.has(quota.dimension);
    if (quota.scope === undefined) narrowest.add(quota.dimension);
    return scope === undefined || isNarrowest ? quota : { ...quota, scope };
  });
}

/** Two families of headers may speak of one budget: the first is believed, the second fills in what it lacks. */
function merged(quotas: readonly Quota[]): readonly Quota[] {
  const kept: Quota[] = [];
  for (const quota of quotas) {
    const at = kept.findIndex((one) => one.dimension === quota.dimension && one.scope === quota.scope);
    const before = kept[at];
    if (before === undefined) kept.push(quota);
    else if (before.limit === undefined || quota.limit === undefined || before.limit === quota.limit)
      kept[at] = { ...quota, ...before };
    // Another limit is another budget, such as a gateway's in front of the provider's.
    else if (
      quota.scope === undefined &&
      !kept.some((one) => one.dimension === quota.dimension && one.scope === "gateway")
    ) {
      kept.push({ ...quota, scope: "gateway" });
    }
  }
  return kept;
}
