import type { Dimension } from "../cost.js";
import { type HeaderView, viewOf } from "../signal/headers.js";
import { type DelayOptions, readDateMs } from "../signal/instant.js";
import type { Outcome, Quota, ResponseFacts, Signal } from "../signal/signal.js";
import { readBodyQuotas, withBodyQuotas } from "./bodyquotas.js";
import { dialectFor } from "./catalog.js";
import type { Dialect } from "./dialect.js";
import { type Failure, readFailure } from "./failure.js";
import { readQuotas } from "./quotas.js";
import { judge, outcomeOfStatus, type Verdict } from "./refusal.js";
import { traitsOf } from "./traits.js";
import { waitInBody, waitInHeaders } from "./wait.js";

/** How to read a response. */
export interface ReadOptions {
  /** A provider's name or a dialect of one's own. Default: found from the host, then from the headers. */
  readonly provider?: string | Dialect;
}

/** A refusal that asks for more is no matter of pace: `exhausted`. And a spent day that asks for less means nothing by it. */
const PATIENCE_MS = 3_600_000;

/**
 * What a response tells of its server's limits: the outcome, the wait it asks for, what it refused, and every quota that
 * it states. Pure: time is the response's own `Date`, or `receivedAtMs`. Never throws, and no number it returns is
 * negative or endless, whatever the response.
 */
export function readSignal(response: ResponseFacts, options: ReadOptions = {}): Signal {
  try {
    return read(response, options);
  } catch {
    return { outcome: outcomeOfStatus(statusOf(response)), quotas: [] };
  }
}

function statusOf(response: ResponseFacts): number {
  try {
    return typeof response.status === "number" ? response.status : 0;
  } catch {
    return 0;
  }
}

function read(response: ResponseFacts, options: ReadOptions): Signal {
  const status = statusOf(response);
  const view = viewOf(response.headers);
  const dialect = dialectFor(options.provider, response.host, view);
  const time: DelayOptions = { nowMs: once(() => nowOf(view, response)) };
  const found = readFailure(status, response.body, view, dialect);
  const verdict = judge(status, found.failure, view, dialect);
  if (verdict.outcome === "accepted") return acceptedSignal(view, dialect, time, found.root);
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

function acceptedSignal(view: HeaderView, dialect: Dialect, time: DelayOptions, root: Root | undefined): Signal {
  const quotas = isCached(view) ? [] : readQuotas(view, dialect, time);
  const body = root === undefined ? undefined : readBodyQuotas(root, undefined, dialect);
  const waitMs = dialect.heedsWaitOnSuccess === true ? waitInHeaders(view, dialect, time) : undefined;
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
  const { view, dialect, time, failure, root } = refusal;
  const body = readBodyQuotas(
    root,
    isRefusal(verdict.outcome) || verdict.refused !== undefined ? failure : undefined,
    dialect,
  );
  const isTooLarge = verdict.refused?.neverFits === true || body.neverFits;
  const named = namedBy(verdict, body.quotas, isTooLarge);
  const ownQuotas = readQuotas(view, dialect, time, { refused: named, windowMs: verdict.windowMs });
  const innerView = failure?.headers === undefined ? undefined : viewOf(failure.headers);
  const innerQuotas = innerView === undefined ? [] : readQuotas(innerView, dialect, time, { refused: named });
  const quotas = withBodyQuotas(withBodyQuotas(ownQuotas, innerQuotas), body.quotas);
  const outcome = isTooLarge ? "failed" : outcomeWith(verdict, refusal, quotas);
  const refused = isTooLarge || isRefusal(outcome) ? (named ?? spentAlone(quotas)) : undefined;
  const wait = isTooLarge
    ? undefined
    : waitOf(outcome, { ...refusal, innerView }, quotas, refused?.dimension, body.waitMs);
  return settled(outcome, wait, body.isDay, { quotas, refused });
}

function isRefusal(outcome: Outcome): boolean {
  return outcome === "throttled" || outcome === "exhausted" || outcome === "saturated";
}

function namedBy(verdict: Verdict, quotas: readonly Quota[], neverFits: boolean): Signal["refused"] {
  const only = quotas.length === 1 ? quotas[0] : quotas.find((one) => one.dimension === verdict.refused?.dimension);
  const base = verdict.refused ?? (only === undefined ? undefined : { dimension: only.dimension });
  if (base === undefined) return neverFits ? { dimension: "tokens", neverFits } : undefined;
  const scope = base.scope ?? (only?.dimension === base.dimension ? only.scope : undefined);
  return { dimension: base.dimension, ...(scope !== undefined && { scope }), ...(neverFits && { neverFits }) };
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
  return isSpent || waitInHeaders(view, dialect, time) !== undefined ? "throttled" : "failed";
}

interface Wait {
  readonly waitMs: number;
  readonly isDerived: boolean;
  /** A wait of a bucket that refills bit by bit may be long without being in vain. */
  readonly isPartial?: boolean;
}

function waitOf(
  outcome: Outcome,
  { status, view, innerView, dialect, time, failure }: Refusal & { readonly innerView: HeaderView | undefined },
  quotas: readonly Quota[],
  dimension: Dimension | undefined,
  bodyWaitMs: number | undefined,
): Wait | undefined {
  if (outcome === "failed" && status < 500 && status !== 408 && status !== 425) return undefined;
  const inHeaders =
    waitInHeaders(view, dialect, time) ??
    (innerView === undefined ? undefined : waitInHeaders(innerView, dialect, time));
  const statedMs = inHeaders ?? (failure === undefined ? undefined : waitInBody(failure, time));
  if (statedMs !== undefined) return { waitMs: statedMs, isDerived: false };
  if (bodyWaitMs !== undefined) return { waitMs: bodyWaitMs, isDerived: true };
  return outcome === "throttled" || outcome === "exhausted" ? derivedWait(quotas, dialect, dimension) : undefined;
}

/** Without a stated wait, a spent quota is waited for: until its reset, or where it refills until one request fits again. */
function derivedWait(quotas: readonly Quota[], dialect: Dialect, dimension: Dimension | undefined): Wait | undefined {
  let longest: Wait | undefined;
  for (const quota of quotas) {
    const isOnlyReset = quota.remaining === undefined && quota.limit === undefined;
    if (quota.resetInMs === undefined || (quota.remaining !== 0 && !isOnlyReset)) continue;
    if (dimension !== undefined && quota.dimension !== dimension) continue;
    const wait = waitForQuota(quota, quota.resetInMs, dialect);
    if (longest === undefined || wait.waitMs > longest.waitMs) longest = wait;
  }
  return longest;
}

function waitForQuota(quota: Quota, resetInMs: number, dialect: Dialect): Wait {
  const traits = traitsOf(dialect, quota.dimension, quota.scope);
  const windowMs = quota.windowMs ?? traits.windowMs;
  const isPartial = traits.kind === "refill" && quota.dimension === "requests" && windowMs !== undefined;
  if (!isPartial || quota.limit === undefined || quota.limit === 0) return { waitMs: resetInMs, isDerived: true };
  return { waitMs: Math.min(resetInMs, windowMs / quota.limit), isDerived: true, isPartial };
}

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
