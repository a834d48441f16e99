import type { Clock } from "./clock.js";
import type { Cost } from "./cost.js";
import type { DEFAULTS, PRESETS } from "./defaults.js";
import type { Dialect } from "./dialect/dialect.js";
import type { Random } from "./random.js";
import type { ResponseFacts } from "./signal/signal.js";
import type { SluiceState } from "./state.js";
import type { Store } from "./store/store.js";

/** How one request is to be governed. All optional; where the numbers come from stands in {@link DEFAULTS}. */
export interface RequestOptions {
  /**
   * Whose budget this draws on: any text that isn't empty.
   * @defaultValue for `fetch` origin, credential fingerprint and model; elsewhere `"default"`
   */
  readonly key?: string | undefined;
  /**
   * Estimated spend beside the one request, such as `{ tokens: 900 }`. Finite numbers of units, 0 or more.
   * @defaultValue for `fetch` input tokens, by the length of a JSON body; elsewhere nothing but the request
   */
  readonly cost?: Cost | undefined;
  /** Higher goes first; any finite number. Waiting raises it, so that nothing starves. @defaultValue 0 */
  readonly priority?: number | undefined;
  /**
   * Tenants of one key share its rate fairly, whatever the backlog of each: any text. @defaultValue one for all that have none
   * @see Goyal, Vin and Cheng (1996): start-time fair queueing.
   */
  readonly tenant?: string | undefined;
  /**
   * Milliseconds from the call until the response is known, waits and tries included, 0 or more: `ERR_SLUICE_DEADLINE` beyond.
   * It ends a try in flight too, which then tells nothing of the server. What is known not to make it, because its key stays
   * shut for longer (a stated wait, a spent window, an outage), fails at once; so does what has waited until less is left than
   * answers usually take. A long queue is no such knowledge: the rate may rise, and who waits ahead may leave.
   * @defaultValue `SluiceOptions.deadlineMs`, and that is none
   */
  readonly deadlineMs?: number | undefined;
  /**
   * Longest wait in the queue, in milliseconds, 0 or more (0: now or not at all); `ERR_SLUICE_WAIT` beyond. Each try has a wait
   * of its own.
   * @defaultValue `QueueOptions.waitMaxMs`, and that is none
   */
  readonly waitMaxMs?: number | undefined;
  /**
   * Milliseconds for one try, from when it is really sent until its response is known, above 0; `ERR_SLUICE_TIMEOUT` beyond.
   * @defaultValue `SluiceOptions.attemptTimeoutMs`, and that is 600,000
   */
  readonly attemptTimeoutMs?: number | undefined;
  /** Aborts the request, queued, in flight or while its body is read, with the signal's own reason. @defaultValue none */
  readonly signal?: AbortSignal | undefined;
  /**
   * Where the status and headers are in a result or error, if sluice can't see them itself; what it gives `undefined` for is
   * looked at as if it weren't there. What it throws at a result is the task's failure; at an error it is a `warning` event.
   * @defaultValue none: `status` and `headers`, also under `response`
   */
  readonly facts?: ((resultOrError: unknown) => ResponseFacts | undefined) | undefined;
}

/** Governs each input of a stream: `key`, `cost`, `priority`, `tenant` and `deadlineMs` may be functions of the input. */
export interface PaceOptions<In, Out>
  extends Omit<RequestOptions, "key" | "cost" | "priority" | "tenant" | "deadlineMs"> {
  /** As of {@link RequestOptions}. @defaultValue `"default"` */
  readonly key?: string | ((input: In) => string) | undefined;
  /** As of {@link RequestOptions}, in units, 0 or more. @defaultValue nothing but the request */
  readonly cost?: Cost | ((input: In) => Cost) | undefined;
  /** As of {@link RequestOptions}: higher goes first. @defaultValue 0 */
  readonly priority?: number | ((input: In) => number) | undefined;
  /** As of {@link RequestOptions}: tenants share the rate fairly. @defaultValue one for all that have none */
  readonly tenant?: string | ((input: In) => string) | undefined;
  /** As of {@link RequestOptions}: milliseconds from when the input was taken, 0 or more. @defaultValue `SluiceOptions.deadlineMs` */
  readonly deadlineMs?: number | ((input: In) => number) | undefined;
  /** Results in the order of the inputs. @defaultValue false: as they complete */
  readonly ordered?: boolean | undefined;
  /** Results held for the order's sake or for a slow reader, a whole number, 1 to 1e7. @defaultValue 1,000 */
  readonly bufferMax?: number | undefined;
  /**
   * Called for a final failure: what it returns takes the result's place, `undefined` skips it.
   * @defaultValue none: the first final failure ends the stream
   */
  readonly onFailure?: ((error: unknown, input: In) => Out | undefined) | undefined;
}

/** How the rate of each budget is found. Where the numbers come from stands in {@link DEFAULTS} and {@link PRESETS}. */
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
  /** Requests a second above which nothing raises the rate, in (0, 1e9]; tokens have no such bound. @defaultValue 1e9 */
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

/** What is tried again, and how often. Where the numbers come from stands in {@link DEFAULTS}. */
export interface RetryOptions {
  /** Tries of one request, the first included, 1 to 10,000. @defaultValue 5 */
  readonly attemptsMax?: number | undefined;
  /**
   * Retries of failures as a share of successes, 0 to 100; 3 in 10 s are always allowed. Spent, it delays retries, which hold
   * no other request back but are awaited all the longer. A server that fails a share f of all tries for long needs
   * f / (1 - f): the default bears one in six, and four in ten need 0.67.
   *
   * @defaultValue 0.2
   */
  readonly budgetRatio?: number | undefined;
  /** Milliseconds before the first repeat of a failure, above 0. @defaultValue 1,000 */
  readonly backoffInitialMs?: number | undefined;
  /** No backoff of our own is longer: milliseconds, at least `backoffInitialMs`. @defaultValue 30,000 */
  readonly backoffMaxMs?: number | undefined;
  /**
   * A longer stated wait ends the request with `ERR_SLUICE_EXHAUSTED`, and holds the key until then, an hour at most.
   * Milliseconds, 0 or more. @defaultValue 60,000
   */
  readonly retryAfterMaxMs?: number | undefined;
}

/** How long and how many may wait. */
export interface QueueOptions {
  /** Requests that may wait, over all keys, 0 to 1e7. `pace` and `map` have no bound of their own. @defaultValue 100,000 */
  readonly sizeMax?: number | undefined;
  /** For requests that don't say `waitMaxMs` themselves: milliseconds, 0 or more. @defaultValue none */
  readonly waitMaxMs?: number | undefined;
  /**
   * Where what waits would take longer than this at the present rate, an `advice` event says so, with the arithmetic, once for a
   * key: a hosted batch or a dedicated endpoint may serve it better. Milliseconds, above 0.
   *
   * @defaultValue 1,800,000
   */
  readonly adviseAfterMs?: number | undefined;
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
  /** Where it goes, whole. */
  readonly url: string;
  /** In capitals: `POST`. */
  readonly method: string;
  /** With the credential: hand them on to nobody. */
  readonly headers: Headers;
  /** The model that the request names, where it could be found cheaply. */
  readonly model: string | undefined;
  /** The body, where it is text. */
  readonly text: string | undefined;
}

/**
 * Options of `createSluice`. All optional; validated when built; unknown names are refused. Where the numbers come from stands
 * in {@link DEFAULTS}.
 */
export interface SluiceOptions {
  /** A provider's name, or a dialect table of one's own. @defaultValue found from the host, then from the headers */
  readonly provider?: string | Dialect | undefined;
  /** How the rate of each budget is found. */
  readonly control?: ControlOptions | undefined;
  /** What is tried again, and how often. */
  readonly retry?: RetryOptions | undefined;
  /** How long and how many may wait. */
  readonly queue?: QueueOptions | undefined;
  /** For requests that don't say `deadlineMs` themselves: milliseconds since the call, 0 or more. @defaultValue none */
  readonly deadlineMs?: number | undefined;
  /** For requests that don't say `attemptTimeoutMs` themselves: milliseconds for one try, above 0. @defaultValue 600,000 */
  readonly attemptTimeoutMs?: number | undefined;
  /** Tries in flight for one key, a whole number, 1 to 1e6. @defaultValue 1,000 */
  readonly concurrencyMax?: number | undefined;
  /** Keys remembered, a whole number, 1 to 1e7; idle ones leave, oldest first. @defaultValue 100,000 */
  readonly keysMax?: number | undefined;
  /** Milliseconds without use after which a key is forgotten, above 0. @defaultValue 3,600,000 */
  readonly keyIdleMs?: number | undefined;
  /** Rules that let a request draw on several keys' budgets at once. @defaultValue of the provider */
  readonly budgets?: readonly BudgetRule[] | undefined;
  /**
   * For `fetch` and `sluice/undici`: whose budget a request draws on. What it throws, and what is no key, rejects the request; `undefined` leaves it
   * to the default. @defaultValue origin, credential fingerprint and model
   */
  readonly key?: ((request: FetchRequest) => string | undefined) | undefined;
  /**
   * For `fetch` and `sluice/undici`: what a request is expected to spend, in units, 0 or more. What it throws, and what is no cost, rejects the
   * request; `undefined` leaves it to the default. @defaultValue input tokens, by the length of a JSON body
   */
  readonly cost?: ((request: FetchRequest) => Cost | undefined) | undefined;
  /**
   * For `fetch` and `sluice/undici`: other models to ask, in order, where the one that the body names is overloaded (503, 529,
   * or in an outage that is known already), and the body can be sent again. The request is sent again with the next one's name in its body, and draws on that model's own
   * budget; an `advice` event says so, and the response is as it came. The last one is tried again as any request is.
   * @defaultValue none
   */
  readonly fallback?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Whether `fetch` hands a last refusal back as a Response or throws it as a `SluiceError`. @defaultValue `"response"` */
  readonly onReject?: "response" | "throw" | undefined;
  /** The fetch underneath. @defaultValue `globalThis.fetch`, looked up at each call */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /**
   * What `snapshot()` gave, to start warm. What was learnt is taken from it, what is set from these options. A budget in
   * it that makes no sense begins anew, with a `warning` event. @defaultValue none
   */
  readonly state?: SluiceState | undefined;
  /**
   * Where this process meets others that share its budgets: what `redisStore()` of `sluice/redis` gives, or in one machine
   * `channelStore()` of `sluice/channel`. Default: none, each process finds its own share. It is closed with the last sluice that
   * uses it.
   */
  readonly store?: Store | undefined;
  /** Where time comes from: a virtual clock in a test or a simulation. @defaultValue the system's */
  readonly clock?: Clock | undefined;
  /** Dice in [0, 1), for jitter. @defaultValue `Math.random` */
  readonly random?: Random | undefined;
}
