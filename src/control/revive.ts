import { isRecord } from "../record.js";
import { type BudgetSpec, createBudget, planOf, restoreBudget } from "./budget.js";
import { createBurst } from "./burst.js";
import { probeInitial } from "./probe.js";
import type { Refinement } from "./refinement.js";
import type { BudgetState } from "./state.js";

/** No list of a budget is longer than this. */
const LENGTH_MAX = 256;
/** No rate, instant or amount in a budget is beyond this. */
const NUMBER_MAX = 1e15;

/**
 * A saved budget, continued with the options of today, where what was on its way when it was saved is lost. Undefined where
 * it isn't a budget.
 */
export function reviveBudget(saved: unknown, spec: BudgetSpec, nowMs: number, ageMs: number): BudgetState | undefined {
  const known = readBudget(saved, spec, nowMs);
  return known && ifSane(known, nowMs, () => restoreBudget(known, nowMs, ageMs));
}

/** A budget that others have written while its tries are on their way, with the options of this sluice. Undefined where it isn't one. */
export function adoptBudget(saved: unknown, spec: BudgetSpec, nowMs: number): BudgetState | undefined {
  const known = readBudget(saved, spec, nowMs);
  const { refinement } = (saved ?? {}) as Partial<BudgetState>;
  const isRefined = refinement !== undefined && refinement !== null && isLike(REFINEMENT, refinement);
  return known && ifSane(known, nowMs, () => ({ ...known, refinement: isRefined ? refinement : null }));
}

/**
 * What was learnt is the saved budget's, what is set is the user's. It may come from a file that anybody could write and that an
 * older version did, and one NaN would poison a rate for good.
 */
function readBudget(raw: unknown, spec: BudgetSpec, nowMs: number): BudgetState | undefined {
  const saved = completed(raw);
  const fresh = createBudget(spec, nowMs);
  // What is set isn't part of the pattern, nor is what was on its way when the snapshot was taken.
  const { refinement: _, ...pattern } = createBudget({ ...spec, traits: {} }, nowMs);
  if (!isLike({ ...pattern, config: { traits: {}, startsUnbounded: false } }, saved)) return undefined;
  const budget = saved as BudgetState;
  const { traits, startsUnbounded } = budget.config;
  const config = {
    ...fresh.config,
    traits,
    startsUnbounded,
    burst: traits.isPerSecond === true ? 1 : fresh.config.burst,
  };
  const inRange = (rate: number) => Math.min(config.rateMax, Math.max(config.rateMin, rate));
  const { law, burst, meanCost } = budget;
  return {
    ...budget,
    config,
    law: {
      ...law,
      rate: inRange(law.rate),
      base: inRange(law.base),
      ceiling: law.ceiling === null ? null : inRange(law.ceiling),
    },
    burst: burst.size > config.burst ? createBurst(config.burst) : burst,
    meanCost: meanCost > 0 ? meanCost : fresh.meanCost,
  };
}

/** What was saved by a version that didn't keep all of these begins with what a new budget has. */
function completed(saved: unknown): unknown {
  const { quota, trust } = isRecord(saved) ? saved : {};
  if (!isRecord(saved) || !isRecord(quota) || !isRecord(trust) || !isRecord(trust["probe"])) return saved;
  const { begunAt, room, reckonedAt } = probeInitial;
  const probe = { begunAt, room, reckonedAt, ...trust["probe"] };
  return { ...saved, quota: { hearing: 0, ...quota }, trust: { ...trust, probe } };
}

/** What is made of a budget whose parts are of the right kinds, where they make sense together. */
function ifSane({ config }: BudgetState, nowMs: number, make: () => BudgetState): BudgetState | undefined {
  try {
    const made = make();
    const { ratePerSecond, burst: sends, notBeforeMs, inFlightMax } = planOf(made, nowMs);
    const isSane = ratePerSecond > 0 && ratePerSecond <= config.rateMax && sends >= 1 && inFlightMax >= 1;
    return isSane && notBeforeMs < Number.POSITIVE_INFINITY ? made : undefined;
  } catch {
    return undefined;
  }
}

const REFINEMENT: Refinement = { dueAt: 0, epoch: 0, basis: 0, after: 0, since: 0, sent: 0, refused: 0 };
const SAMPLE = { sentAt: 0, limit: 0, remaining: 0, resetIn: 0 };

/** What stands where a new budget has nothing yet. Elsewhere it is a number. */
const LATER: Readonly<Record<string, unknown>> = {
  down: { kind: "failures", rate: 0, isUnknown: false, delivered: 0, since: 0, interval: 0, nextAt: 0, probedAt: null },
  block: { era: 0, sentAt: 0, remaining: 0, corrections: 0 },
  baseline: SAMPLE,
  previous: SAMPLE,
  kind: "refill",
  doubt: "low",
};

/** What lists consist of. */
const ITEMS: Readonly<Record<string, unknown>> = {
  counts: 0,
  shifts: { seq: 0, amount: 0, isApplied: false },
  classes: { exponent: null, mean: 0, logMean: 0, logVariance: 0, answers: 0 },
};

/** The words that may stand there. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  mode: ["start", "avoid"],
  kind: ["refill", "window", "sliding", "failures", "refusals"],
  doubt: ["refusals", "low"],
};

/** Whether a value has all that the pattern has, of the same kinds, and no number or text that isn't sound. */
function isLike(pattern: unknown, value: unknown, name = ""): boolean {
  if (pattern === null) return value === null || isLike(LATER[name] ?? 0, value, name);
  if (typeof value !== typeof pattern || value === null) return false;
  if (typeof value === "number") return Math.abs(value) <= NUMBER_MAX;
  if (typeof value === "string") return WORDS[name]?.includes(value) === true;
  if (Array.isArray(pattern)) {
    const isLong = !Array.isArray(value) || value.length > LENGTH_MAX || value.length < pattern.length;
    return !isLong && value.every((item) => isLike(ITEMS[name], item));
  }
  if (typeof pattern !== "object" || Array.isArray(value)) return typeof pattern === "boolean";
  return Object.entries(pattern as object).every(([part, its]) =>
    isLike(its, (value as Readonly<Record<string, unknown>>)[part], part),
  );
}
