import type { Dimension } from "../cost.js";
import { type HeaderView, viewOf } from "../signal/headers.js";
import { type DelayOptions, readDateMs } from "../signal/instant.js";
import type { Outcome, Quota, ResponseFacts, Signal } from "../signal/signal.js";
import { apartFrom, readBodyQuotas, withBodyQuotas } from "./bodyquotas.js";
import { dialectFor } from "./catalog.js";
import type { Dialect } from "./dialect.js";
import { readFailure } from "./failure.js";
import type { Failure } from "./gather.js";
import { readQuotas } from "./quotas.js";
import { judge, outcomeOfStatus, type Verdict } from "./refusal.js";
import { type Wait, waitInHeaders, waitOf } from "./wait.js";

/** How to read a response. */
export interface ReadOptions {
  /** A provider's name or a dialect of one's own. Default: found from the host, then from the headers. */
  readonly provider?: string | Dialect;
}

/** Beyond this wait a refusal is `exhausted`. In milliseconds. */
const PATIENCE_MS = 3_600_000;

/**
 * What a response tells of its server's limits: the outcome, the wait it asks for, what it refused, and every quota that
 * it states. Pure: time is the response's own `Date`, or `receivedAtMs`. Never throws, and no number it returns is
 * negative or endless, whatever the response.
 */
export function readSignal(response: ResponseFacts, options: ReadOptions = {}): Signal {
  try {
    const view = viewOf(response.headers);
    return readWith(response, dialectFor(options.provider, response.host, view), view);
  } catch {
    return signalOfStatus(response);
  }
}

/** A success without a word. */
const JUST_ACCEPTED: Signal = Object.freeze({ outcome: "accepted", quotas: Object.freeze([]) });

/** What a status alone tells: where nothing else can be read. */
export function signalOfStatus(response: ResponseFacts): Signal {
  return { outcome: outcomeOfStatus(statusOf(response)), quotas: [] };
}

function statusOf(response: ResponseFacts): number {
  try {
    return typeof response.status === "number" ? response.status : 0;
  } catch {
    return 0;
  }
}

/**
 * As {@link readSignal}, for who knows the dialect, has the headers in view already, and wants to know that a dialect of the
 * user's failed: throws what that throws.
 */
export function readWith(response: ResponseFacts, dialect: Dialect, view: HeaderView): Signal {
  const status = statusOf(response);
  if (view.size === 0 && status >= 200 && status < 300 && (response.body ?? undefined) === undefined)
    return JUST_ACCEPTED;
  const time: DelayOptions = { nowMs: once(() => nowOf(view, response)) };
  const found = readFailure(status, response.body, view, dialect);
  const verdict = judge(status, found.failure, view, dialect);
  if (verdict.outcome === "accepted") return acceptedSignal(status, view, dialect, time, found.root);
  return refusedSignal({ status, view, dialect, time, failure: found.failure, root: found.root }, verdict);
}

/** Absolute instants are taken against the server's own clock, where it tells it: ours may be off by any amount. */
function nowOf(view: HeaderView, response: ResponseFacts): number | undefined {
  const date = view.get("date");
  const dateMs = date === undefined ? undefined : readDateMs(date);
  if (dateMs !== undefined) return dateMs;
  const { receivedAtMs } = response;
  return typeof receivedAtMs === "number" && Number.isFinite(receivedAtMs) ? receivedAtMs : undefined;
}

/** Most responses state no instant, and few of them one alone: the clock is read when it is asked for, and once. */
function once(read: () => number | undefined): () => number | undefined {
  let isRead = false;
  let value: number | undefined;
  return () => {
    if (!isRead) value = read();
    isRead = true;
    return value;
  };
}

type Root = Readonly<Record<string, unknown>>;

function acceptedSignal(
  status: number,
  view: HeaderView,
  dialect: Dialect,
  time: DelayOptions,
  root: Root | undefined,
): Signal {
  const quotas = isCached(view) ? [] : readQuotas(view, dialect, time);
  const body = root === undefined ? undefined : readBodyQuotas(root, undefined, dialect);
  const waitMs = dialect.heedsWaitOnSuccess === true ? waitInHeaders(view, dialect, time, status) : undefined;
  return {
    outcome: "accepted",
    ...(waitMs !== undefined && { retryAfterMs: waitMs }),
    quotas: body === undefined || body.quotas.length === 0 ? quotas : withBodyQuotas(quotas, body.quotas),
  };
}

/** What a cache hands out tells what was left when it was stored. */
function isCached(view: HeaderView): boolean {
  const age = view.get("age");
  return age !== undefined && Number(age) > 0;
}

interface Refusal {
  readonly status: number;
  readonly view: HeaderView;
  readonly dialect: Dialect;
  readonly time: DelayOptions;
  readonly failure: Failure | undefined;
  readonly root: Root | undefined;
}

function refusedSignal(refusal: Refusal, verdict: Verdict): Signal {
  const { status, view, dialect, time, failure, root } = refusal;
  const body = readBodyQuotas(root, isRefusal(verdict.outcome) || verdict.neverFits ? failure : undefined, dialect);
  const isTooLarge = verdict.neverFits || body.neverFits;
  const dimension = dimensionOf(verdict, body.quotas);
  const hint = { dimension, windowMs: verdict.windowMs };
  const stated = readQuotas(view, dialect, time, hint);
  const innerView = failure?.headers === undefined ? undefined : viewOf(failure.headers);
  const inner = innerView === undefined ? [] : readQuotas(innerView, dialect, time, hint);
  const told = apartFrom(stated, body.quotas);
  const quotas = withBodyQuotas(withBodyQuotas(stated, inner), told);
  const outcome = isTooLarge ? "failed" : outcomeWith(verdict, refusal, quotas);
  const refused =
    isTooLarge || isRefusal(outcome) ? refusedOf(verdict, dimension, told, quotas, isTooLarge) : undefined;
  const asked = { status, dialect, time, failure, views: innerView === undefined ? [view] : [view, innerView] };
  const wait = isTooLarge ? undefined : waitOf(outcome, asked, { quotas, refused, waitMs: body.waitMs });
  return settled(outcome, wait, body.isDay, { quotas, refused });
}

function isRefusal(outcome: Outcome): boolean {
  return outcome === "throttled" || outcome === "exhausted" || outcome === "saturated";
}

/** Where the body tells of one quota it is what was refused: it says more than a code does. */
function dimensionOf(verdict: Verdict, told: readonly Quota[]): Dimension | undefined {
  const [only] = told;
  if (only === undefined || told.length > 1 || verdict.outcome === "saturated") return verdict.refused?.dimension;
  return only.dimension;
}

function refusedOf(
  verdict: Verdict,
  dimension: Dimension | undefined,
  told: readonly Quota[],
  quotas: readonly Quota[],
  neverFits: boolean,
): Signal["refused"] {
  if (dimension === undefined) return neverFits ? { dimension: "tokens", neverFits } : spentAlone(quotas);
  const scope = verdict.refused?.scope ?? told.find((quota) => quota.dimension === dimension)?.scope;
  return { dimension, ...(scope !== undefined && { scope }), ...(neverFits && { neverFits }) };
}

/** Where one quota of several is spent, and no word says what was refused, it was that one. */
function spentAlone(quotas: readonly Quota[]): Signal["refused"] {
  const spent = quotas.filter((one) => one.remaining === 0);
  const [only] = spent;
  if (only === undefined || spent.length > 1) return undefined;
  return { dimension: only.dimension, ...(only.scope !== undefined && { scope: only.scope }) };
}

/** Some servers refuse with a status that mostly means something else: a spent quota or a stated wait tells. */
function outcomeWith(verdict: Verdict, { status, view, dialect, time }: Refusal, quotas: readonly Quota[]): Outcome {
  if (verdict.outcome !== "failed" || verdict.isTold || dialect.refusesWith?.includes(status) !== true)
    return verdict.outcome;
  const isSpent = quotas.some((one) => one.remaining === 0);
  return isSpent || waitInHeaders(view, dialect, time, status) !== undefined ? "throttled" : "failed";
}

/** What asks for more than an hour is no matter of pace any more; and a spent day that asks for less means nothing by it. */
function settled(
  outcome: Outcome,
  wait: Wait | undefined,
  isDay: boolean,
  rest: { readonly quotas: readonly Quota[]; readonly refused: Signal["refused"] },
): Signal {
  const isLong = wait !== undefined && wait.waitMs > PATIENCE_MS && wait.isPartial !== true;
  const last = outcome === "throttled" && (isDay || isLong) ? "exhausted" : outcome;
  const honoured = last === "exhausted" && wait !== undefined && wait.waitMs < PATIENCE_MS ? undefined : wait;
  return {
    outcome: last,
    ...(honoured !== undefined && { retryAfterMs: honoured.waitMs }),
    ...(honoured?.isDerived === true && { retryAfterDerived: true }),
    ...(rest.refused !== undefined && { refused: rest.refused }),
    quotas: rest.quotas,
  };
}
