import type { Cost } from "./cost.js";
import type { RequestOptions } from "./options.js";

/** Whether options are valid at a glance: a hundred times cheaper than the schema, which then only words the errors. */
export function isEvident(options: RequestOptions): boolean {
  if (typeof options !== "object" || options === null) return false;
  for (const name in options) {
    const value: unknown = options[name as keyof RequestOptions];
    const isValid = EVIDENT[name as keyof RequestOptions];
    if (isValid === undefined || !(value === undefined || isValid(value))) return false;
  }
  return true;
}

const isAmount = (value: unknown): boolean => typeof value === "number" && value >= 0 && value < Infinity;
const EVIDENT: Readonly<Record<keyof RequestOptions, (value: unknown) => boolean>> = {
  key: (value) => typeof value === "string" && value !== "",
  cost: isEvidentCost,
  priority: (value) => typeof value === "number" && Number.isFinite(value),
  tenant: (value) => typeof value === "string",
  deadlineMs: isAmount,
  waitMaxMs: isAmount,
  attemptTimeoutMs: (value) => isAmount(value) && value !== 0,
  signal: (value) => value instanceof AbortSignal,
  facts: (value) => typeof value === "function",
};

function isEvidentCost(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  for (const dimension in value) {
    const units: unknown = (value as Cost)[dimension];
    if (units !== undefined && !isAmount(units)) return false;
  }
  return true;
}
