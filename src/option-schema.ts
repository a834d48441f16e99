import * as z from "zod/mini";
import type { Clock } from "./clock.js";
import type { Cost } from "./cost.js";
import type { Dialect } from "./dialect/dialect.js";
import type { RequestOptions, SluiceOptions } from "./options.js";
import type { Random } from "./random.js";
import type { KeyState, SluiceState } from "./state.js";
import type { Store } from "./store/store.js";

/** Every option with its range, as zod schemas. The words of a range stand in `params`, for the message. */

/** All of them may be left out, and no other is taken. */
export const optionsOf = <Shape extends z.core.$ZodLooseShape>(shape: Shape) => z.partial(z.strictObject(shape));
const number = (range: string, isIn: (value: number) => boolean) =>
  z.custom<number>((value) => typeof value === "number" && Number.isFinite(value) && isIn(value), {
    params: { range },
  });
const positive = number("above 0", (value) => value > 0);
const notNegative = number("0 or more", (value) => value >= 0);
export const rate = number("in (0, 1e9]", (value) => value > 0 && value <= 1e9);
export const whole = (low: number, high: number) =>
  number(`a whole number from ${low} to ${high}`, (value) => Number.isInteger(value) && value >= low && value <= high);
const oneOf = <const Names extends readonly string[]>(...names: Names) =>
  z.custom<Names[number]>((value) => typeof value === "string" && names.includes(value), {
    params: { range: `one of ${names.map((name) => JSON.stringify(name)).join(", ")}` },
  });
const functionOf = <F>() => z.custom<F>((value) => typeof value === "function", { params: { range: "a function" } });
export const objectOf = <T>(...methods: string[]) =>
  z.custom<T>(
    (value) =>
      typeof value === "object" &&
      value !== null &&
      methods.every((name) => typeof (value as Record<string, unknown>)[name] === "function"),
    { params: { range: methods.length > 0 ? `an object with ${methods.join(", ")}` : "an object" } },
  );
export const text = z.custom<string>((value) => typeof value === "string" && value !== "", {
  params: { range: "a text that isn't empty" },
});

const amount = "a finite number, 0 or more";
const cost = z
  .custom<Cost>((value) => typeof value === "object" && value !== null && !Array.isArray(value), {
    params: { range: "an object of finite numbers, 0 or more" },
  })
  .check(({ value, issues }) => {
    for (const [dimension, units] of Object.entries(value)) {
      if (units === undefined || (typeof units === "number" && Number.isFinite(units) && units >= 0)) continue;
      issues.push({ code: "custom", input: units, path: [dimension], params: { range: amount } });
    }
  });

const requestShape = {
  key: text,
  cost,
  priority: number("a finite number", () => true),
  tenant: z.custom<string>((value) => typeof value === "string", { params: { range: "a text" } }),
  deadlineMs: notNegative,
  waitMaxMs: notNegative,
  attemptTimeoutMs: positive,
  signal: objectOf<AbortSignal>("addEventListener", "removeEventListener"),
  facts: functionOf<NonNullable<RequestOptions["facts"]>>(),
};

export const requestSchema = optionsOf(requestShape);

const orFunction = <T extends z.ZodMiniType>(schema: T) => z.union([functionOf<(input: never) => unknown>(), schema]);

export const paceSchema = optionsOf({
  ...requestShape,
  key: orFunction(text),
  cost: orFunction(cost),
  priority: orFunction(number("a finite number", () => true)),
  tenant: orFunction(z.string()),
  deadlineMs: orFunction(notNegative),
  ordered: z.custom<boolean>((value) => typeof value === "boolean", { params: { range: "true or false" } }),
  bufferMax: whole(1, 1e7),
  onFailure: functionOf<(error: unknown, input: never) => unknown>(),
});

export const sluiceSchema = optionsOf({
  provider: z.custom<string | Dialect>(
    (value) =>
      (typeof value === "string" && value !== "") ||
      (typeof value === "object" && value !== null && typeof (value as { name?: unknown }).name === "string"),
    { params: { range: "a provider's name or a dialect table" } },
  ),
  control: optionsOf({
    law: oneOf("plateau", "aimd"),
    preset: oneOf("calm", "balanced", "agile"),
    rateInitial: rate,
    rateMin: rate,
    rateMax: rate,
    epochMs: positive,
    multiplicativeDecrease: number("in (0, 1)", (value) => value > 0 && value < 1),
    additiveIncrease: positive,
    burst: number("from 1 to 1,000", (value) => value >= 1 && value <= 1_000),
    startDoublingMs: positive,
  }),
  retry: optionsOf({
    attemptsMax: whole(1, 10_000),
    budgetRatio: number("from 0 to 100", (value) => value >= 0 && value <= 100),
    backoffInitialMs: positive,
    backoffMaxMs: positive,
    retryAfterMaxMs: notNegative,
  }),
  queue: optionsOf({ sizeMax: whole(0, 1e7), waitMaxMs: notNegative, adviseAfterMs: positive }),
  deadlineMs: notNegative,
  attemptTimeoutMs: positive,
  concurrencyMax: whole(1, 1e6),
  keysMax: whole(1, 1e7),
  keyIdleMs: positive,
  budgets: z.array(
    z.strictObject({
      match: z.custom<string | RegExp>(
        (value) => (typeof value === "string" && value !== "") || value instanceof RegExp,
        { params: { range: "a text or a regular expression" } },
      ),
      key: text,
      concurrencyMax: z.optional(whole(1, 1e6)),
      rateMax: z.optional(rate),
    }),
  ),
  key: functionOf<NonNullable<SluiceOptions["key"]>>(),
  cost: functionOf<NonNullable<SluiceOptions["cost"]>>(),
  fallback: z.custom<Readonly<Record<string, readonly string[]>>>(isFallback, {
    params: { range: "an object with a list of other models, each once, for each model" },
  }),
  onReject: oneOf("response", "throw"),
  fetch: functionOf<typeof globalThis.fetch>(),
  store: objectOf<Store>("open", "join", "compareAndSet", "close"),
  state: z.custom<SluiceState>(isState, {
    params: { range: "what snapshot() gave (version 1, and the keys with their budgets)" },
  }),
  clock: objectOf<Clock>("now", "wallNow", "after"),
  random: functionOf<Random>(),
});

function isFallback(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([model, others]) => {
    if (!Array.isArray(others) || others.length === 0) return false;
    const isText = (other: unknown) => typeof other === "string" && other !== "" && other !== model;
    return model !== "" && others.every(isText) && new Set(others).size === others.length;
  });
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
