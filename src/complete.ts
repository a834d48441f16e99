import { systemClock } from "./clock.js";
import { DEFAULTS, PRESETS } from "./defaults.js";
import { isEvident } from "./evident.js";
import { check, refuse } from "./option-error.js";
import { paceSchema, rate, requestSchema, sluiceSchema, text } from "./option-schema.js";
import type { BudgetRule, PaceOptions, RequestOptions, SluiceOptions } from "./options.js";
import { type Random, systemRandom } from "./random.js";

const ALMOST_ONE = 1 - Number.EPSILON / 2;

/** The options, complete and checked. */
export type CompleteOptions = ReturnType<typeof completeOptions>;

/**
 * Completes and validates the options of `createSluice`.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` naming the option, its range and the value that was given.
 */
export function completeOptions(options: SluiceOptions = {}) {
  const given = check(sluiceSchema, options);
  const control = { ...DEFAULTS.control, ...PRESETS[given.control?.preset ?? "balanced"], ...present(given.control) };
  const { rateInitial, rateMin } = given.control ?? {};
  if (rateMin !== undefined && rateMin > control.rateMax) refuse("control.rateMin", "at most control.rateMax", rateMin);
  if (rateInitial !== undefined && rateInitial > control.rateMax) {
    refuse("control.rateInitial", "at most control.rateMax", rateInitial);
  }
  if (rateInitial !== undefined && rateMin !== undefined && rateInitial < rateMin) {
    refuse("control.rateInitial", "at least control.rateMin", rateInitial);
  }
  if (given.control?.additiveIncrease !== undefined && control.law !== "aimd") {
    refuse("control.additiveIncrease", 'absent unless control.law is "aimd"', given.control.additiveIncrease);
  }
  const { backoffInitialMs, backoffMaxMs } = given.retry ?? {};
  if (backoffInitialMs !== undefined && backoffMaxMs !== undefined && backoffMaxMs < backoffInitialMs) {
    refuse("retry.backoffMaxMs", "at least retry.backoffInitialMs", backoffMaxMs);
  }
  const retry = { ...DEFAULTS.retry, ...present(given.retry) };
  // A default gives way to what was said: nobody is refused for a number that they never wrote.
  const lowest = rateMin ?? Math.min(control.rateMin, control.rateMax, rateInitial ?? Infinity);
  return {
    provider: given.provider,
    control: {
      ...control,
      additiveIncrease: given.control?.additiveIncrease,
      isRateInitialGiven: rateInitial !== undefined,
      rateMin: lowest,
      rateInitial: Math.min(control.rateMax, Math.max(lowest, control.rateInitial)),
    },
    retry: {
      ...retry,
      backoffInitialMs: backoffInitialMs ?? Math.min(retry.backoffInitialMs, retry.backoffMaxMs),
      backoffMaxMs: backoffMaxMs ?? Math.max(retry.backoffInitialMs, retry.backoffMaxMs),
    },
    queue: {
      sizeMax: given.queue?.sizeMax ?? DEFAULTS.queue.sizeMax,
      waitMaxMs: given.queue?.waitMaxMs,
      adviseAfterMs: given.queue?.adviseAfterMs ?? DEFAULTS.queue.adviseAfterMs,
    },
    deadlineMs: given.deadlineMs,
    attemptTimeoutMs: given.attemptTimeoutMs ?? DEFAULTS.attemptTimeoutMs,
    concurrencyMax: given.concurrencyMax ?? DEFAULTS.concurrencyMax,
    keysMax: given.keysMax ?? DEFAULTS.keysMax,
    keyIdleMs: given.keyIdleMs ?? DEFAULTS.keyIdleMs,
    /** Without rules of the user's, those of the provider hold. */
    budgets: given.budgets as readonly BudgetRule[] | undefined,
    key: given.key,
    cost: given.cost,
    fallback: given.fallback,
    onReject: given.onReject ?? "response",
    fetch: given.fetch,
    state: given.state,
    store: given.store,
    clock: given.clock ?? systemClock,
    random: given.random === undefined ? systemRandom : inRange(given.random),
  };
}

/**
 * Checks the options of one request.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` naming the option, its range and the value that was given.
 */
export function checkRequestOptions(options: RequestOptions): RequestOptions {
  return isEvident(options) ? options : (check(requestSchema, options) as RequestOptions);
}

/** Checks the options of a stream of requests, as {@link checkRequestOptions} does. */
export function checkPaceOptions<In, Out>(options: PaceOptions<In, Out>): PaceOptions<In, Out> {
  return check(paceSchema, options) as PaceOptions<In, Out>;
}

/**
 * Checks a key.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` where it is no text, or an empty one.
 */
export function checkKey(key: string): string {
  return text.safeParse(key).success ? key : refuse("key", "a text that isn't empty", key);
}

/**
 * Checks a cap.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` outside (0, 1e9].
 */
export function checkCap(ratePerSecond: number | undefined): number | undefined {
  if (ratePerSecond === undefined || rate.safeParse(ratePerSecond).success) return ratePerSecond;
  return refuse("ratePerSecond", "in (0, 1e9] or undefined", ratePerSecond);
}

/** Dice in [0, 1), whatever a user's own generator gives: one NaN would stay in a rate for good. */
function inRange(random: Random): Random {
  return () => {
    const dice: unknown = random();
    return typeof dice === "number" && dice >= 0 && dice < 1 ? dice : dice === 1 ? ALMOST_ONE : 0.5;
  };
}

/** Without the members that are there but undefined, which must not hide a default. */
function present<T extends object>(value: T | undefined): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  const kept: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value ?? {})) if (member !== undefined) kept[name] = member;
  return kept as { [Name in keyof T]?: Exclude<T[Name], undefined> };
}
