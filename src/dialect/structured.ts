import { parseDictionary } from "structured-headers";
import type { HeaderView } from "../signal/headers.js";
import { type DelayOptions, readDelayMs } from "../signal/instant.js";
import type { Quota } from "../signal/signal.js";
import { countOf, readCount } from "./count.js";
import type { FieldNames } from "./dialect.js";
import { type Member, membersOf } from "./members.js";
import { windowName } from "./window.js";

interface Policy {
  readonly name?: string;
  readonly limit?: number;
  readonly windowMs?: number;
  readonly unit?: string;
}

/**
 * Quotas of the RateLimit fields in all their drafts: three fields (3 to 6), a dictionary (7), named items (8 to 10).
 * The budget that the server reports on has no scope; further policies have their name, or their window's, as scope.
 */
export function readFields(view: HeaderView, names: FieldNames, options: DelayOptions): readonly Quota[] {
  const policies = policiesOf(view, names);
  const reports = reportsOf(view, names, options);
  const quotas: Quota[] = [];
  const taken = new Set<Policy>();
  for (const report of reports) {
    const policy = policies.find((one) => !taken.has(one) && isPolicyOf(one, report));
    if (policy !== undefined) taken.add(policy);
    const isFirst = quotas.length === 0;
    quotas.push(
      quotaOf({ ...policy, ...report }, isFirst ? undefined : (report.name ?? policy?.name ?? `${quotas.length}`)),
    );
  }
  for (const policy of policies) {
    if (taken.has(policy) || policy.limit === undefined) continue;
    const scope = policy.name ?? (policy.windowMs === undefined ? undefined : windowName(policy.windowMs));
    if (scope !== undefined || quotas.length === 0)
      quotas.push(quotaOf(policy, quotas.length === 0 ? undefined : scope));
  }
  return quotas;
}

interface Report extends Policy {
  readonly remaining?: number;
  readonly resetInMs?: number;
}

function quotaOf(report: Report, scope: string | undefined): Quota {
  return {
    dimension: dimensionOfUnit(report.unit),
    ...(scope !== undefined && { scope }),
    ...(report.limit !== undefined && { limit: report.limit }),
    ...(report.remaining !== undefined && { remaining: report.remaining }),
    ...(report.resetInMs !== undefined && { resetInMs: report.resetInMs }),
    ...(report.windowMs !== undefined && { windowMs: report.windowMs }),
  };
}

function dimensionOfUnit(unit: string | undefined): string {
  if (unit === "concurrent-requests") return "concurrency";
  return unit === "content-bytes" ? "contentBytes" : "requests";
}

function isPolicyOf(policy: Policy, report: Report): boolean {
  if (report.name !== undefined && policy.name !== undefined) return report.name === policy.name;
  return report.limit !== undefined && report.limit === policy.limit;
}

function reportsOf(view: HeaderView, names: FieldNames, options: DelayOptions): readonly Report[] {
  const combined = names.combined === undefined ? undefined : view.get(names.combined);
  if (combined !== undefined)
    return /^\s*(?:limit|remaining|reset)\s*=/.test(combined) ? reportOfDictionary(combined) : reportsOfList(combined);
  const limitText = names.limit === undefined ? undefined : view.get(names.limit);
  const remainingText = names.remaining === undefined ? undefined : view.get(names.remaining);
  const limit = limitOf(limitText);
  const remaining = countOf(remainingText);
  // A reset beside numbers that can't be read, or that say that nothing is counted, says nothing.
  if (limit === undefined && remaining === undefined && (limitText ?? remainingText) !== undefined) return [];
  const resetInMs = resetOf(view, names.reset, options);
  if (limit === undefined && remaining === undefined && resetInMs === undefined) return [];
  return [
    {
      ...(limit !== undefined && { limit }),
      ...(remaining !== undefined && { remaining }),
      ...(resetInMs !== undefined && { resetInMs }),
    },
  ];
}

/** The first member of a list with policies; alone, digits may be grouped (`30,000`). */
function limitOf(text: string | undefined): number | undefined {
  return countOf(text?.includes(";") ? text.slice(0, text.search(/[,;]/)) : text);
}

function resetOf(view: HeaderView, names: FieldNames["reset"], options: DelayOptions): number | undefined {
  for (const name of typeof names === "string" ? [names] : (names ?? [])) {
    const text = view.get(name);
    if (text !== undefined) return readDelayMs(text, options);
  }
  return undefined;
}

function reportOfDictionary(text: string): readonly Report[] {
  const found = new Map<string, unknown>();
  try {
    for (const [key, [value]] of parseDictionary(text)) found.set(key, value);
  } catch {
    for (const [, key, value] of text.matchAll(/([a-z]+)\s*=\s*([\d.]+)/g))
      if (key !== undefined) found.set(key, readCount(value));
  }
  const report = numbersOf({ limit: found.get("limit"), remaining: found.get("remaining"), reset: found.get("reset") });
  return Object.keys(report).length === 0 ? [] : [report];
}

function reportsOfList(text: string): readonly Report[] {
  const reports: Report[] = [];
  for (const { name, parameters } of membersOf(text)) {
    const report = numbersOf({ limit: undefined, remaining: parameters.get("r"), reset: parameters.get("t") });
    if (Object.keys(report).length > 0) reports.push({ ...(name !== undefined && { name }), ...report });
  }
  return reports;
}

function numbersOf(found: { limit: unknown; remaining: unknown; reset: unknown }): Report {
  const limit = countOf(found.limit);
  const remaining = countOf(found.remaining);
  const reset = countOf(found.reset);
  const resetInMs = reset === undefined ? undefined : readDelayMs(String(reset));
  return {
    ...(limit !== undefined && { limit }),
    ...(remaining !== undefined && { remaining }),
    ...(resetInMs !== undefined && { resetInMs }),
  };
}

/** Policies stand in a field of their own (drafts 6 and later), or behind the limit (draft 3). */
function policiesOf(view: HeaderView, names: FieldNames): readonly Policy[] {
  const own = names.policy === undefined ? undefined : view.get(names.policy);
  const limit = names.limit === undefined ? undefined : view.get(names.limit);
  const inLimit = limit?.includes(";") ? membersOf(limit).slice(1) : [];
  return [...(own === undefined ? [] : membersOf(own)), ...inLimit].map(policyOf);
}

function policyOf(member: Member): Policy {
  const limit = member.value ?? countOf(member.parameters.get("q"));
  const windowSeconds = countOf(member.parameters.get("w"));
  const name = member.name ?? textParameter(member, "name");
  const unit = textParameter(member, "qu");
  const windowMs = windowSeconds === undefined ? undefined : windowSeconds * 1_000;
  return {
    ...(name !== undefined && { name }),
    ...(limit !== undefined && { limit }),
    ...(windowMs !== undefined && Number.isFinite(windowMs) && { windowMs }),
    ...(unit !== undefined && { unit }),
  };
}

function textParameter(member: Member, key: string): string | undefined {
  const value = member.parameters.get(key);
  return typeof value === "string" ? value : undefined;
}
