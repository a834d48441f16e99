import { z } from "zod";
import { type Clock, systemClock } from "./clock.js";
import type { Cost } from "./cost.js";
import { DEFAULTS, PRESETS } from "./defaults.js";
import type { Dialect } from "./dialect/dialect.js";
import { SluiceError } from "./errors.js";
import type { BudgetRule, PaceOptions, RequestOptions, SluiceOptions } from "./options.js";
import { type Random, systemRandom } from "./random.js";
import type { KeyState, SluiceState } from "./state.js";

/** The longest name of an option has 22 characters. */
const NAME_LENGTH_MAX = 32;
const ALMOST_ONE = 1 - 2 ** -53;

/** The options, complete and checked. */
export type CompleteOptions = ReturnType<typeof completeOptions>;

const number = (range: string, isIn: (value: number) => boolean) =>
  z.custom<number>((value) => typeof value === "number" && Number.isFinite(value) && isIn(value), {
    params: { range },
  });
const positive = number("above 0", (value) => value > 0);
const notNegative = number("0 or more", (value) => value >= 0);
const rate = number("in (0, 1e9]", (value) => value > 0 && value <= 1e9);
const whole = (low: number, high: number) =>
  number(`a whole number from ${low} to ${high}`, (value) => Number.isInteger(value) && value >= low && value <= high);
const oneOf = <const Names extends readonly string[]>(...names: Names) =>
  z.custom<Names[number]>((value) => typeof value === "string" && names.includes(value), {
    params: { range: `one of ${names.map((name) => JSON.stringify(name)).join(", ")}` },
  });
const functionOf = <F>() => z.custom<F>((value) => typeof value === "function", { params: { range: "a function" } });
const objectOf = <T>(...methods: string[]) =>
  z.custom<T>(
    (value) =>
      typeof value === "object" &&
      value !== null &&
      methods.every((name) => typeof (value as Record<string, unknown>)[name] === "function"),
    { params: { range: methods.length > 0 ? `an object with ${methods.join(", ")}` : "an object" } },
  );
const text = z.custom<string>((value) => typeof value === "string" && value !== "", {
  params: { range: "a text that isn't empty" },
});

const cost = z.custom<Cost>(
  (value) =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every(
      (units) => units === undefined || (typeof units === "number" && Number.isFinite(units) && units >= 0),
    ),
  { params: { range: "an object of finite numbers, 0 or more" } },
);

const requestShape = {
  key: text.optional(),
  cost: cost.optional(),
  priority: number("a finite number", () => true).optional(),
  tenant: z.custom<string>((value) => typeof value === "string", { params: { range: "a text" } }).optional(),
  deadlineMs: notNegative.optional(),
  waitMaxMs: notNegative.optional(),
  attemptTimeoutMs: positive.optional(),
  signal: objectOf<AbortSignal>("addEventListener", "removeEventListener").optional(),
  facts: functionOf<NonNullable<RequestOptions["facts"]>>().optional(),
};

const requestSchema = z.strictObject(requestShape);

const orFunction = <T extends z.ZodType>(schema: T) => z.union([functionOf<(input: never) => unknown>(), schema]);

const paceSchema = z.strictObject({
  ...requestShape,
  key: orFunction(text).optional(),
  cost: orFunction(cost).optional(),
  priority: orFunction(number("a finite number", () => true)).optional(),
  tenant: orFunction(z.string()).optional(),
  deadlineMs: orFunction(notNegative).optional(),
  ordered: z.custom<boolean>((value) => typeof value === "boolean", { params: { range: "true or false" } }).optional(),
  bufferMax: whole(1, 1e7).optional(),
  onFailure: functionOf<(error: unknown, input: never) => unknown>().optional(),
});

const sluiceSchema = z.strictObject({
  provider: z
    .custom<string | Dialect>(
      (value) =>
        (typeof value === "string" && value !== "") ||
        (typeof value === "object" && value !== null && typeof (value as { name?: unknown }).name === "string"),
      { params: { range: "a provider's name or a dialect table" } },
    )
    .optional(),
  control: z
    .strictObject({
      law: oneOf("plateau", "aimd").optional(),
      preset: oneOf("calm", "balanced", "agile").optional(),
      rateInitial: rate.optional(),
      rateMin: rate.optional(),
      rateMax: rate.optional(),
      epochMs: positive.optional(),
      multiplicativeDecrease: number("in (0, 1)", (value) => value > 0 && value < 1).optional(),
      additiveIncrease: positive.optional(),
      burst: number("from 1 to 1,000", (value) => value >= 1 && value <= 1_000).optional(),
      startDoublingMs: positive.optional(),
    })
    .optional(),
  retry: z
    .strictObject({
      attemptsMax: whole(1, 10_000).optional(),
      budgetRatio: number("from 0 to 100", (value) => value >= 0 && value <= 100).optional(),
      backoffInitialMs: positive.optional(),
      backoffMaxMs: positive.optional(),
      retryAfterMaxMs: notNegative.optional(),
    })
    .optional(),
  queue: z.strictObject({ sizeMax: whole(0, 1e7).optional(), waitMaxMs: notNegative.optional() }).optional(),
  deadlineMs: notNegative.optional(),
  attemptTimeoutMs: positive.optional(),
  concurrencyMax: whole(1, 1e6).optional(),
  keysMax: whole(1, 1e7).optional(),
  keyIdleMs: positive.optional(),
  budgets: z
    .array(
      z.strictObject({
        match: z.custom<string | RegExp>(
          (value) => (typeof value === "string" && value !== "") || value instanceof RegExp,
          { params: { range: "a text or a regular expression" } },
        ),
        key: text,
        concurrencyMax: whole(1, 1e6).optional(),
        rateMax: rate.optional(),
      }),
    )
    .optional(),
  key: functionOf<NonNullable<SluiceOptions["key"]>>().optional(),
  cost: functionOf<NonNullable<SluiceOptions["cost"]>>().optional(),
  onReject: oneOf("response", "throw").optional(),
  fetch: functionOf<typeof globalThis.fetch>().optional(),
  state: z
    .custom<SluiceState>(isState, {
      params: { range: "what snapshot() gave (version 1, and the keys with their budgets)" },
    })
    .optional(),
  clock: objectOf<Clock>("now", "wallNow", "after").optional(),
  random: functionOf<Random>().optional(),
});

/**
 * Completes and validates the options of `createSluice`.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` naming the option, its range and the value that was given.
 */
export function completeOptions(options: SluiceOptions = {}) {
  const given = check(sluiceSchema, options, "");
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
      rateMin: lowest,
      rateInitial: Math.min(control.rateMax, Math.max(lowest, control.rateInitial)),
    },
    retry: {
      ...retry,
      backoffInitialMs: backoffInitialMs ?? Math.min(retry.backoffInitialMs, retry.backoffMaxMs),
      backoffMaxMs: backoffMaxMs ?? Math.max(retry.backoffInitialMs, retry.backoffMaxMs),
    },
    queue: { sizeMax: given.queue?.sizeMax ?? DEFAULTS.queue.sizeMax, waitMaxMs: given.queue?.waitMaxMs },
    deadlineMs: given.deadlineMs,
    attemptTimeoutMs: given.attemptTimeoutMs ?? DEFAULTS.attemptTimeoutMs,
    concurrencyMax: given.concurrencyMax ?? DEFAULTS.concurrencyMax,
    keysMax: given.keysMax ?? DEFAULTS.keysMax,
    keyIdleMs: given.keyIdleMs ?? DEFAULTS.keyIdleMs,
    budgets: (given.budgets ?? []) as readonly BudgetRule[],
    key: given.key,
    cost: given.cost,
    onReject: given.onReject ?? "response",
    fetch: given.fetch,
    state: given.state,
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
  return isEvident(options) ? options : (check(requestSchema, options, "") as RequestOptions);
}

/** Checks the options of a stream of requests, as {@link checkRequestOptions} does. */
export function checkPaceOptions<In, Out>(options: PaceOptions<In, Out>): PaceOptions<In, Out> {
  return check(paceSchema, options, "") as PaceOptions<In, Out>;
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

/** Whether options are valid at a glance: a hundred times cheaper than the schema, which then only words the errors. */
function isEvident(options: RequestOptions): boolean {
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

/** Whether a state has the frame of a snapshot. What stands in each budget is judged where it is revived. */
function isState(value: unknown): boolean {
  const { version, takenAtMs, keys } = (value ?? {}) as Partial<Record<keyof SluiceState, unknown>>;
  return version === 1 && Number.isFinite(takenAtMs) && Array.isArray(keys) && keys.every(isKeyState);
}

function isKeyState(value: unknown): boolean {
  const { key, usedAtMs, budgets } = (value ?? {}) as Partial<Record<keyof KeyState, unknown>>;
  return (
    typeof key === "string" &&
    key !== "" &&
    Number.isFinite(usedAtMs) &&
    Array.isArray(budgets) &&
    budgets.every(
      (budget) =>
        typeof budget?.dimension === "string" && (budget.scope === undefined || typeof budget.scope === "string"),
    )
  );
}

function check<Schema extends z.ZodType>(schema: Schema, value: unknown, prefix: string): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  if (issue === undefined) throw new SluiceError("ERR_SLUICE_OPTION", "the options are not valid");
  const path = [prefix, ...issue.path.map(String)].filter((part) => part !== "").join(".");
  if (issue.code === "unrecognized_keys") {
    const name = shorten(issue.keys[0] ?? "");
    throw new SluiceError("ERR_SLUICE_OPTION", `unknown option ${path === "" ? name : `${path}.${name}`}`);
  }
  const range = rangeOf(issue) ?? "an object";
  return refuse(path === "" ? "options" : path, range, at(value, issue.path));
}

function rangeOf(issue: z.core.$ZodIssue): string | undefined {
  if (issue.code === "custom") return String(issue.params?.["range"]);
  if (issue.code === "invalid_union") return `a function or ${rangeOf(issue.errors.at(-1)?.[0] ?? issue) ?? "a value"}`;
  if (issue.code === "invalid_type") return `${/^[aeiou]/.test(issue.expected) ? "an" : "a"} ${issue.expected}`;
  return undefined;
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((inner, name) => (inner as Record<PropertyKey, unknown> | undefined)?.[name], value);
}

function refuse(name: string, range: string, value: unknown): never {
  throw new SluiceError("ERR_SLUICE_OPTION", `${name} must be ${range}, got ${show(value)}`);
}

/** Longer texts aren't repeated in a message: a key that was put where it doesn't belong would end in somebody's log. */
const SHOWN_MAX = 20;

/** Bounded, and never a secret's worth of text. */
function show(value: unknown): string {
  switch (typeof value) {
    case "object":
      return value === null ? "null" : Array.isArray(value) ? "an array" : "an object";
    case "string":
      return value.length > SHOWN_MAX ? `a text of ${value.length} characters` : JSON.stringify(value);
    case "number":
    case "boolean":
    case "undefined":
      return String(value);
    default:
      return `a ${typeof value}`;
  }
}

/** The name of an option that isn't one. */
function shorten(name: string): string {
  return name.length > NAME_LENGTH_MAX ? `${name.slice(0, NAME_LENGTH_MAX)}…` : name;
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
