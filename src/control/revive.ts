import { type BudgetSpec, createBudget, planOf, restoreBudget } from "./budget.js";
import { createBurst } from "./burst.js";
import type { BudgetState } from "./state.js";

/** Deeper or longer than this is nothing that a budget ever was. */
const DEPTH_MAX = 8;
const LENGTH_MAX = 256;
/** No rate, instant or amount in a budget is beyond this. */
const NUMBER_MAX = 1e15;

/**
 * A saved budget, continued with the options of today: what was learnt is the snapshot's, what is set is the user's. It
 * may come from a file that anybody could write and that an older version did, and one NaN would poison a rate for good:
 * undefined where it isn't a budget.
 */
export function reviveBudget(saved: unknown, spec: BudgetSpec, nowMs: number, ageMs: number): BudgetState | undefined {
  const fresh = createBudget(spec, nowMs);
  // What is set, and what traits tell, may be anything: it isn't part of the pattern.
  const pattern = createBudget({ ...spec, traits: {} }, nowMs);
  if (!isLike({ ...pattern, config: { traits: {}, startsUnbounded: false } }, saved)) return undefined;
  const budget = saved as unknown as BudgetState;
  const { traits, startsUnbounded } = budget.config;
  const config = {
    ...fresh.config,
    traits,
    startsUnbounded,
    burst: traits.isPerSecond === true ? 1 : fresh.config.burst,
  };
  const inRange = (rate: number) => Math.min(config.rateMax, Math.max(config.rateMin, rate));
  const { law, burst, meanCost } = budget;
  const known = {
    ...budget,
    config,
    law: { ...law, rate: inRange(law.rate), base: inRange(law.base) },
    burst: burst.size > config.burst ? createBurst(config.burst) : burst,
    meanCost: meanCost > 0 ? meanCost : fresh.meanCost,
  };
  try {
    const restored = restoreBudget(known, nowMs, ageMs);
    const { ratePerSecond, burst: sends, notBeforeMs, inFlightMax } = planOf(restored, nowMs);
    const isSane = ratePerSecond > 0 && ratePerSecond <= config.rateMax && sends >= 1 && inFlightMax >= 1;
    return isSane && notBeforeMs < Number.POSITIVE_INFINITY ? restored : undefined;
  } catch {
    return undefined; // its parts are of the right kinds, and yet make no sense together
  }
}

/** Whether a value has all that the pattern has, of the same kinds, and nothing in it that isn't plain data. */
function isLike<T>(pattern: T, value: unknown, depth = 0): value is T {
  if (pattern === null) return isPlain(value, depth);
  if (typeof pattern !== "object") return typeof value === typeof pattern && isPlain(value, depth);
  if (!isPlain(value, depth) || typeof value !== "object" || value === null) return false;
  if (Array.isArray(pattern) || Array.isArray(value)) return Array.isArray(pattern) && Array.isArray(value);
  return Object.entries(pattern).every(([name, part]) =>
    isLike(part, (value as Readonly<Record<string, unknown>>)[name], depth + 1),
  );
}

function isPlain(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "number":
      return Math.abs(value) <= NUMBER_MAX;
    case "string":
      return value.length <= LENGTH_MAX;
    case "boolean":
      return true;
    case "object": {
      if (value === null) return true;
      const parts = Object.values(value);
      return depth < DEPTH_MAX && parts.length <= LENGTH_MAX && parts.every((part) => isPlain(part, depth + 1));
    }
    default:
      return false;
  }
}
