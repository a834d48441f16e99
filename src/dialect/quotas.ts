import type { Dimension } from "../cost.js";
import type { HeaderView } from "../signal/headers.js";
import type { DelayOptions } from "../signal/instant.js";
import type { Quota } from "../signal/signal.js";
import type { Dialect, FieldNames, QuotaRow } from "./dialect.js";
import { readRow } from "./row.js";
import { readFields } from "./structured.js";

/** A quota as a row read it, with what the row says of its scope. */
interface Found {
  readonly quota: Quota;
  readonly row?: QuotaRow;
  readonly isMirror?: boolean;
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
  if (!isAnyRead(view, dialect)) return [];
  const found: Found[] = [];
  for (const row of dialect.quotas ?? []) {
    const quota = readRow(view, row, dialect, options);
    if (quota === undefined) continue;
    const { isMirror = false } = row;
    found.push({ quota: row.isNamedByRefusal === true ? named(quota, hint) : quota, row, isMirror });
  }
  for (const names of fieldsOf(dialect)) {
    for (const quota of readFields(view, names, options)) {
      found.push({ quota, isMirror: names.isMirror === true && quota.scope === undefined });
    }
  }
  return found.length === 0 ? [] : merged(withScopes(withMirrors(found)));
}

const namesRead = new WeakMap<Dialect, ReadonlySet<string>>();

/** Whether one of the names is there without which no row says anything. Most responses of a server without limits have none. */
function isAnyRead(view: HeaderView, dialect: Dialect): boolean {
  let names = namesRead.get(dialect);
  if (names === undefined) {
    names = new Set(namesOf(dialect));
    namesRead.set(dialect, names);
  }
  for (const name of view.keys()) if (names.has(name)) return true;
  return false;
}

function namesOf(dialect: Dialect): readonly string[] {
  const rows = (dialect.quotas ?? []).map((row) => [
    row.limit,
    row.remaining,
    row.used,
    row.usedOfLimit,
    row.usedShare,
    row.reset,
  ]);
  const fields = fieldsOf(dialect).map((field) => [
    field.limit,
    field.remaining,
    field.reset,
    field.policy,
    field.combined,
  ]);
  return [...rows, ...fields].flat(2).filter((name) => name !== undefined);
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

/** A mirror's reset belongs to the window whose numbers it repeats, the longest of them; where there is none it stands for itself. */
function withMirrors(found: readonly Found[]): readonly Found[] {
  const mirrors = found.filter(({ isMirror }) => isMirror === true);
  if (mirrors.length === 0) return found;
  let rest = found.filter(({ isMirror }) => isMirror !== true);
  for (const mirror of mirrors) {
    const twin = rest.findLast(
      ({ quota }) => quota.dimension === mirror.quota.dimension && isTwin(quota, mirror.quota),
    );
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
