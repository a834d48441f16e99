import { type Item, type List, serializeDictionary, serializeList } from "structured-headers";
import type { Quota } from "../signal/signal.js";
import type { FieldNames } from "./dialect.js";

/** Quotas as structured fields, in the draft that the names ask for: the inverse of reading them. */
export function writeFields(names: FieldNames, quotas: readonly Quota[]): Record<string, string> {
  const reported = quotas.find((quota) => quota.scope === undefined);
  const draft = names.draft ?? 8;
  if (draft === 8) return writeNamed(names, quotas);
  const headers: Record<string, string> = {};
  const policies = writePolicies(quotas);
  const isInLimit = draft === 3;
  if (!isInLimit && policies !== "") put(headers, names.policy, policies);
  if (reported === undefined) return headers;
  const resetSeconds = reported.resetInMs === undefined ? undefined : Math.ceil(reported.resetInMs / 1_000);
  if (draft === 7) {
    const members = { limit: reported.limit, remaining: reported.remaining, reset: resetSeconds };
    const said = Object.entries(members).filter((entry): entry is [string, number] => entry[1] !== undefined);
    if (said.length > 0) put(headers, names.combined, serializeDictionary(Object.fromEntries(said)));
    return headers;
  }
  if (reported.limit !== undefined)
    put(headers, names.limit, isInLimit && policies !== "" ? `${reported.limit}, ${policies}` : `${reported.limit}`);
  if (reported.remaining !== undefined) put(headers, names.remaining, `${reported.remaining}`);
  if (resetSeconds !== undefined)
    put(headers, typeof names.reset === "string" ? names.reset : names.reset?.[0], `${resetSeconds}`);
  return headers;
}

function put(headers: Record<string, string>, name: string | undefined, value: string): void {
  if (name !== undefined) headers[name] = value;
}

function writePolicies(quotas: readonly Quota[]): string {
  const items: List = [];
  for (const { limit, windowMs } of quotas) {
    if (limit !== undefined && windowMs !== undefined) items.push([limit, new Map([["w", windowMs / 1_000]])]);
  }
  return items.length === 0 ? "" : serializeList(items);
}

/** Drafts 8 to 10: named policies, and a named report on each. The quota that all reports turn on comes first. */
function writeNamed(names: FieldNames, quotas: readonly Quota[]): Record<string, string> {
  const headers: Record<string, string> = {};
  const sorted = [...quotas].sort((one, other) => Number(one.scope !== undefined) - Number(other.scope !== undefined));
  const policies = sorted
    .filter((quota) => quota.limit !== undefined)
    .map((quota) => itemOf(quota, policyParameters(quota)));
  const reports = sorted
    .filter((quota) => quota.remaining !== undefined)
    .map((quota) => itemOf(quota, reportParameters(quota)));
  if (policies.length > 0) put(headers, names.policy, serializeList(policies));
  if (reports.length > 0) put(headers, names.combined, serializeList(reports));
  return headers;
}

function itemOf(quota: Quota, parameters: readonly (readonly [string, number | string])[]): Item {
  return [quota.scope ?? "default", new Map(parameters)];
}

const UNITS: Readonly<Record<string, string>> = { contentBytes: "content-bytes", concurrency: "concurrent-requests" };

function policyParameters({ dimension, limit, windowMs }: Quota): readonly (readonly [string, number | string])[] {
  const unit = UNITS[dimension];
  return [
    ["q", limit ?? 0],
    ...(unit === undefined ? [] : [["qu", unit] as const]),
    ...(windowMs === undefined ? [] : [["w", windowMs / 1_000] as const]),
  ];
}

function reportParameters({ remaining, resetInMs }: Quota): readonly (readonly [string, number])[] {
  return [["r", remaining ?? 0], ...(resetInMs === undefined ? [] : [["t", Math.ceil(resetInMs / 1_000)] as const])];
}
