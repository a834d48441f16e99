import { z } from "zod";
import { type Clock, systemClock } from "./clock.js";
import type { Cost } from "./cost.js";
import { DEFAULTS, PRESETS } from "./defaults.js";
import type { Dialect } from "./dialect/dialect.js";
import { SluiceError } from "./errors.js";
import { type Random, systemRandom } from "./random.js";
import type { ResponseFacts } from "./signal/signal.js";
import type { SluiceState } from "./state.js";

/** How one request is to be governed. All optional. */
export interface RequestOptions {
  /** Whose budget this draws on. Default for `fetch`: origin, credential fingerprint and model; elsewhere `"default"`. */
  readonly key?: string | undefined;
  /** Estimated spend beside the one request, such as `{ tokens: 900 }`. Finite numbers, 0 or more. */
  readonly cost?: Cost | undefined;
  /** Higher goes first. Default 0. Waiting raises it, so that nothing starves. */
  readonly priority?: number | undefined;
  /** Tenants of one key share its rate fairly, whatever the backlog of each. */
  readonly tenant?: string | undefined;
  /** Milliseconds since the call, waits and tries included. What can't make it fails at once with `ERR_SLUICE_DEADLINE`. */
  readonly deadlineMs?: number | undefined;
  /** Longest wait in the queue, in milliseconds; `ERR_SLUICE_WAIT` beyond. */
  readonly waitMaxMs?: number | undefined;
  /** Milliseconds for one try, from when it is really sent; `ERR_SLUICE_TIMEOUT` beyond. */
  readonly attemptTimeoutMs?: number | undefined;
  /** Aborts the request, queued or in flight, with the signal's own reason. */
  readonly signal?: AbortSignal | undefined;
  /** Where the status and headers are in a result or error, if sluice can't see them itself. */
  readonly facts?: ((resultOrError: unknown) => ResponseFacts | undefined) | undefined;
}

/** Governs each input of a stream: `key`, `cost`, `priority`, `tenant` and `deadlineMs` may be functions of the input. */
export interface PaceOptions<In, Out>
  extends Omit<RequestOptions, "key" | "cost" | "priority" | "tenant" | "deadlineMs"> {
  readonly key?: string | ((input: In) => string) | undefined;
  readonly cost?: Cost | ((input: In) => Cost) | undefined;
  readonly priority?: number | ((input: In) => number) | undefined;
  readonly tenant?: string | ((input: In) => string) | undefined;
  readonly deadlineMs?: number | ((input: In) => number) | undefined;
  /** Results in the order of the inputs; default: as they complete. */
  readonly ordered?: boolean | undefined;
  /** Results held for the order's sake or for a slow reader, 1 to 1e7. Default 1,000. */
  readonly bufferMax?: number | undefined;
  /** Called for a final failure: what it returns takes the result's place, `undefined` skips it. Without it the first one ends the stream. */
  readonly onFailure?: ((error: unknown, input: In) => Out | undefined) | undefined;
}

/** How the rate of each budget is found. */
export interface ControlOptions {
  /**
   * The rate law: `"plateau"` stays just below the last known limit and probes at the end of each epoch; `"aimd"` is the
   * plain additive increase, multiplicative decrease.
   * @defaultValue `"plateau"`
   */
  readonly law?: "plateau" | "aimd" | undefined;
  /** Sets `epochMs` and `multiplicativeDecrease` together. @defaultValue `"balanced"` */
  readonly preset?: "calm" | "balanced" | "agile" | undefined;
  /** Requests a second before anything is known, in (0, 1e9]. @defaultValue 1 */
  readonly rateInitial?: number | undefined;
  /** Requests a second below which no refusal takes the rate, in (0, 1e9]. @defaultValue 0.05 */
  readonly rateMin?: number | undefined;
  /** Requests a second above which nothing raises the rate, in (0, 1e9]. @defaultValue 1e9 */
  readonly rateMax?: number | undefined;
  /** Milliseconds from a cut to the next probe above the last limit, above 0. @defaultValue of the preset: 15,000 */
  readonly epochMs?: number | undefined;
  /**
   * Factor applied to the rate on congestion, in (0, 1). @defaultValue of the preset: 0.8
   * @see RFC 9438 §4.6 uses 0.7; Chiu and Jain (1989) prove convergence for any value in (0, 1).
   */
  readonly multiplicativeDecrease?: number | undefined;
  /** For `law: "aimd"` alone: requests a second gained each second, above 0. @defaultValue (1 - decrease) x last limit / epoch */
  readonly additiveIncrease?: number | undefined;
  /** Sends that may go at once after a pause, 1 to 1,000; always 1 where the server counts by the second. @defaultValue 5 */
  readonly burst?: number | undefined;
  /** Milliseconds in which the rate doubles towards an unknown limit, above 0. @defaultValue 2,700 */
  readonly startDoublingMs?: number | undefined;
}

/** What is tried again, and how often. */
export interface RetryOptions {
  /** Tries of one request, the first included, 1 to 10,000. @defaultValue 5 */
  readonly attemptsMax?: number | undefined;
  /** Retries of failures as a share of successes, 0 to 100; 3 in 10 s are always allowed. @defaultValue 0.2 */
  readonly budgetRatio?: number | undefined;
  /** Milliseconds before the first repeat of a failure, above 0. @defaultValue 1,000 */
  readonly backoffInitialMs?: number | undefined;
  /** Milliseconds, at least `backoffInitialMs`. @defaultValue 30,000 */
  readonly backoffMaxMs?: number | undefined;
  /** A longer stated wait ends the request with `ERR_SLUICE_EXHAUSTED`. Milliseconds. @defaultValue 60,000 */
  readonly retryAfterMaxMs?: number | undefined;
}

/** How long and how many may wait. */
export interface QueueOptions {
  /** Requests that may wait, over all keys, 0 to 1e7. `pace` and `map` have no bound of their own. @defaultValue 100,000 */
  readonly sizeMax?: number | undefined;
  /** Default of `RequestOptions.waitMaxMs`. @defaultValue none */
  readonly waitMaxMs?: number | undefined;
}

/** Lets requests draw on a second key's budgets too: a quota shared by several models, an endpoint's cap. */
export interface BudgetRule {
  /** Which keys: those that contain this text, or match this expression. */
  readonly match: string | RegExp;
  /** The key whose budgets they share. */
  readonly key: string;
  /** Tries in flight over all of them, 1 to 1e6. @defaultValue `concurrencyMax` */
  readonly concurrencyMax?: number | undefined;
  /** Requests a second over all of them, in (0, 1e9]. @defaultValue none */
  readonly rateMax?: number | undefined;
}

/** One request on its way through `fetch`, for the `key` and `cost` options. */
export interface FetchRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  /** The model that the request names, where it could be found cheaply. */
  readonly model: string | undefined;
  /** The body, where it is text. */
  readonly text: string | undefined;
}

/** Options of `createSluice`. All optional; validated when built; unknown names are refused. */
export interface SluiceOptions {
  /** A provider's name, or a dialect table of one's own. @defaultValue found from the host, then from the headers */
  readonly provider?: string | Dialect | undefined;
  readonly control?: ControlOptions | undefined;
  readonly retry?: RetryOptions | undefined;
  readonly queue?: QueueOptions | undefined;
  /** Default of `RequestOptions.deadlineMs`. @defaultValue none */
  readonly deadlineMs?: number | undefined;
  /** Default of `RequestOptions.attemptTimeoutMs`. @defaultValue 600,000 */
  readonly attemptTimeoutMs?: number | undefined;
  /** Tries in flight for one key, 1 to 1e6. @defaultValue 1,000 */
  readonly concurrencyMax?: number | undefined;
  /** Keys remembered, 1 to 1e7; idle ones leave, oldest first. @defaultValue 100,000 */
  readonly keysMax?: number | undefined;
  /** Milliseconds without use after which a key is forgotten, above 0. @defaultValue 3,600,000 */
  readonly keyIdleMs?: number | undefined;
  /** Rules that let a request draw on several keys' budgets at once. @defaultValue of the provider */
  readonly budgets?: readonly BudgetRule[] | undefined;
  /** For `fetch`: whose budget a request draws on. */
  readonly key?: ((request: FetchRequest) => string | undefined) | undefined;
  /** For `fetch`: what a request is expected to spend. */
  readonly cost?: ((request: FetchRequest) => Cost | undefined) | undefined;
  /** Whether `fetch` hands a last refusal back as a Response or throws it as a `SluiceError`. @defaultValue `"response"` */
  readonly onReject?: "response" | "throw" | undefined;
  /** The fetch underneath. @defaultValue `globalThis.fetch`, looked up at each call */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** What `snapshot()` gave, to start warm. */
  readonly state?: SluiceState | undefined;
  /** @defaultValue the system's */
  readonly clock?: Clock | undefined;
  /** @defaultValue `Math.random` */
  readonly random?: Random | undefined;
}

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
  state: objectOf<SluiceState>().optional(),
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
  if (control.rateMin > control.rateMax) refuse("control.rateMin", "in (0, control.rateMax]", control.rateMin);
  if (control.rateInitial > control.rateMax && given.control?.rateInitial !== undefined) {
    refuse("control.rateInitial", "at most control.rateMax", control.rateInitial);
  }
  if (given.control?.additiveIncrease !== undefined && control.law !== "aimd") {
    refuse("control.additiveIncrease", 'absent unless control.law is "aimd"', given.control.additiveIncrease);
  }
  const retry = { ...DEFAULTS.retry, ...present(given.retry) };
  if (retry.backoffMaxMs < retry.backoffInitialMs) {
    refuse("retry.backoffMaxMs", "at least retry.backoffInitialMs", retry.backoffMaxMs);
  }
  return {
    provider: given.provider,
    control: {
      ...control,
      additiveIncrease: given.control?.additiveIncrease,
      rateInitial: Math.min(control.rateMax, Math.max(control.rateMin, control.rateInitial)),
    },
    retry,
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
    random: given.random ?? systemRandom,
  };
}

/**
 * Checks the options of one request.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` naming the option, its range and the value that was given.
 */
export function checkRequestOptions(options: RequestOptions): RequestOptions {
  return isPlainDefault(options) ? options : (check(requestSchema, options, "") as RequestOptions);
}

/** Checks the options of a stream of requests, as {@link checkRequestOptions} does. */
export function checkPaceOptions<In, Out>(options: PaceOptions<In, Out>): PaceOptions<In, Out> {
  return check(paceSchema, options, "") as PaceOptions<In, Out>;
}

/** The two options that a hot path most often gives need no schema. */
function isPlainDefault(options: RequestOptions): boolean {
  for (const name in options) {
    if (name !== "key" || typeof options.key !== "string" || options.key === "") return false;
  }
  return typeof options === "object";
}

function check<Schema extends z.ZodType>(schema: Schema, value: unknown, prefix: string): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  if (issue === undefined) throw new SluiceError("ERR_SLUICE_OPTION", "the options are not valid");
  const path = [prefix, ...issue.path.map(String)].filter((part) => part !== "").join(".");
  if (issue.code === "unrecognized_keys") {
    const [name = ""] = issue.keys;
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

/** Bounded, and never a secret's worth of text. */
function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "an array" : "an object";
  return typeof value === "function" ? "a function" : String(value);
}

/** Without the members that are there but undefined, which must not hide a default. */
function present<T extends object>(value: T | undefined): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  const kept: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value ?? {})) if (member !== undefined) kept[name] = member;
  return kept as { [Name in keyof T]?: Exclude<T[Name], undefined> };
}
