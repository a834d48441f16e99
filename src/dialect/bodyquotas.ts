import type { Quota } from "../signal/signal.js";
import { countOf } from "./count.js";
import type { BodyReading, Dialect } from "./dialect.js";
import type { Failure } from "./gather.js";
import { type ProseQuota, quotasInProse, scopedFor } from "./prose.js";
import { traitsOf } from "./traits.js";
import { quotasInViolations } from "./violation.js";
import { windowName } from "./window.js";

/** What a body says of quotas. */
export interface BodyQuotas {
  readonly quotas: readonly Quota[];
  /** The request asked for more than a whole budget. */
  readonly neverFits: boolean;
  /** A day's budget is spent, and it doesn't come back bit by bit. */
  readonly isDay: boolean;
  /** A wait that follows from the numbers, in milliseconds. */
  readonly waitMs?: number;
}

const DAY_MS = 86_400_000;

/** Reads the quotas in a body: those that the dialect knows of, and those that an error tells of. */
export function readBodyQuotas(
  root: Readonly<Record<string, unknown>> | undefined,
  failure: Failure | undefined,
  dialect: Dialect,
): BodyQuotas {
  const own = root === undefined ? undefined : ownReading(root, dialect);
  const told =
    failure === undefined ? [] : [...quotasInViolations(failure.violations), ...quotasInProse(failure.message)];
  const scoped = told.map((quota) => scopedFor(quota, headerWindowMs(dialect, quota)));
  const waitMs = countOf(own?.waitMs);
  return {
    quotas: [...(own?.quotas ?? []).map(cleaned), ...scoped.map(cleaned)].filter(isSaying),
    neverFits: told.some((quota) => quota.neverFits === true),
    isDay: told.some((quota) => quota.windowMs === DAY_MS && traitsOf(dialect, quota.dimension).kind !== "refill"),
    ...(waitMs !== undefined && { waitMs }),
  };
}

function ownReading(root: Readonly<Record<string, unknown>>, dialect: Dialect): BodyReading | undefined {
  try {
    return dialect.readBody?.(root);
  } catch {
    return undefined;
  }
}

function headerWindowMs(dialect: Dialect, quota: ProseQuota): number | undefined {
  return dialect.quotas?.find((one) => one.dimension === quota.dimension && one.scope === undefined)
    ?.windowDocumentedMs;
}

function cleaned(quota: NonNullable<BodyReading["quotas"]>[number]): Quota {
  const limit = countOf(quota.limit);
  const remaining = countOf(quota.remaining);
  const resetInMs = countOf(quota.resetInMs);
  const windowMs = countOf(quota.windowMs);
  return {
    dimension: quota.dimension,
    ...(quota.scope !== undefined && { scope: quota.scope }),
    ...(limit !== undefined && { limit }),
    ...(remaining !== undefined && { remaining }),
    ...(resetInMs !== undefined && { resetInMs }),
    ...(windowMs !== undefined && { windowMs }),
  };
}

function isSaying(quota: Quota): boolean {
  return quota.limit !== undefined || quota.remaining !== undefined || quota.resetInMs !== undefined;
}

/** Adds what a body tells to what headers state: a header is believed first, and the body fills in what it lacks. */
export function withBodyQuotas(quotas: readonly Quota[], added: readonly Quota[]): readonly Quota[] {
  if (added.length === 0) return quotas;
  const kept = [...quotas];
  for (const quota of added) {
    const at = kept.findIndex((one) => one.dimension === quota.dimension && one.scope === quota.scope);
    const before = kept[at];
    if (before === undefined) kept.push(quota);
    else if (!isOtherBudget(before, quota)) kept[at] = { ...quota, ...before };
  }
  return kept;
}

/** A body that names another limit than the headers do speaks of another window: it is the scope. */
export function apartFrom(quotas: readonly Quota[], told: readonly Quota[]): readonly Quota[] {
  return told.map((quota) => {
    const stated = quotas.find((one) => one.dimension === quota.dimension && one.scope === quota.scope);
    if (stated === undefined || quota.scope !== undefined || quota.windowMs === undefined) return quota;
    return isOtherBudget(stated, quota) ? { ...quota, scope: windowName(quota.windowMs) } : quota;
  });
}

function isOtherBudget(one: Quota, other: Quota): boolean {
  return one.limit !== undefined && other.limit !== undefined && one.limit !== other.limit;
}
