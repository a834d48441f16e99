import type { HeaderView } from "../signal/headers.js";
import { type DelayOptions, readDelayMs, type TimeForm } from "../signal/instant.js";
import type { Outcome, Quota, Signal } from "../signal/signal.js";
import { type Dialect, WAITS, type WaitHeader } from "./dialect.js";
import type { Failure } from "./gather.js";
import { waitInProse } from "./prose.js";
import { traitsOf } from "./traits.js";

const UNIT_OF_KEY: Readonly<Record<string, number>> = { retry_after_ms: 1 };

/** How long a refused request is to wait. */
export interface Wait {
  readonly waitMs: number;
  /** It follows from other numbers; the server didn't state it as a wait. */
  readonly isDerived: boolean;
  /** Of a bucket that refills bit by bit, until one unit is back: it may be long without being in vain. */
  readonly isPartial?: boolean;
}

/** Where a wait may be stated. */
export interface Asked {
  readonly status: number;
  readonly dialect: Dialect;
  readonly time: DelayOptions;
  readonly failure: Failure | undefined;
  /** The response's headers, and those that its body holds. */
  readonly views: readonly HeaderView[];
}

/** What a wait may follow from. */
export interface Known {
  readonly quotas: readonly Quota[];
  readonly refused: Signal["refused"];
  /** A wait that the body's numbers give, in milliseconds. */
  readonly waitMs: number | undefined;
}

/** The wait that a refusal or failure asks for: stated in a header, in the body, or following from a quota that is spent. */
export function waitOf(outcome: Outcome, asked: Asked, known: Known): Wait | undefined {
  const { status, dialect, time, failure } = asked;
  // A client's own mistake isn't mended by waiting.
  if (outcome === "failed" && status < 500 && status !== 408 && status !== 425) return undefined;
  for (const view of asked.views) {
    const waitMs = waitInHeaders(view, dialect, time, status);
    if (waitMs !== undefined) return { waitMs, isDerived: false };
  }
  const inBodyMs = failure === undefined ? undefined : waitInBody(failure, time);
  if (inBodyMs !== undefined) return { waitMs: inBodyMs, isDerived: false };
  if (known.waitMs !== undefined) return { waitMs: known.waitMs, isDerived: true };
  return outcome === "throttled" || outcome === "exhausted" ? derivedWait(known, dialect) : undefined;
}

function derivedWait({ quotas, refused }: Known, dialect: Dialect): Wait | undefined {
  let longest: Wait | undefined;
  for (const quota of quotas) {
    const isOnlyReset = quota.remaining === undefined && quota.limit === undefined;
    if (quota.resetInMs === undefined || (quota.remaining !== 0 && !isOnlyReset)) continue;
    if (refused !== undefined && quota.dimension !== refused.dimension) continue;
    const wait = waitForQuota(quota, quota.resetInMs, dialect);
    if (longest === undefined || wait.waitMs > longest.waitMs) longest = wait;
  }
  return longest;
}

/** Until the reset; but a bucket that refills has room for one request long before it is full. */
function waitForQuota(quota: Quota, resetInMs: number, dialect: Dialect): Wait {
  const traits = traitsOf(dialect, quota.dimension, quota.scope);
  const windowMs = quota.windowMs ?? traits.windowMs;
  const isPartial = traits.kind === "refill" && quota.dimension === "requests" && windowMs !== undefined;
  if (!isPartial || quota.limit === undefined || quota.limit === 0) return { waitMs: resetInMs, isDerived: true };
  return { waitMs: Math.min(resetInMs, windowMs / quota.limit), isDerived: true, isPartial };
}

/** The wait that headers state, in milliseconds: the first that can be read, unless it gives way to a later one. */
export function waitInHeaders(
  view: HeaderView,
  dialect: Dialect,
  options: DelayOptions,
  status: number,
): number | undefined {
  let waitMs: number | undefined;
  let isWeak = false;
  for (const wait of dialect.waits ?? WAITS) {
    if (wait.statuses !== undefined && !wait.statuses.includes(status)) continue;
    const text = view.get(wait.name);
    const delayMs = text === undefined ? undefined : readWait(text, wait, options);
    if (delayMs === undefined) continue;
    const isContradicted = dialect.obeysLongestWait === true && delayMs - (waitMs ?? 0) >= ROUNDED_MS;
    if (waitMs !== undefined && !isWeak && !isContradicted) continue;
    waitMs = delayMs;
    isWeak = delayMs === 0 && wait.isZeroWeak === true;
  }
  return waitMs;
}

/** Whole seconds are rounded up by less than this. */
const ROUNDED_MS = 1_000;

function readWait(text: string, wait: WaitHeader, options: DelayOptions): number | undefined {
  return readDelayMs(text, { ...options, unitMs: unitOf(wait.as), list: "largest" });
}

function unitOf(form: TimeForm | undefined): number {
  return form === "milliseconds" ? 1 : 1_000;
}

/** The wait that a body states, in milliseconds: under a key of its own, or in prose. */
function waitInBody(failure: Failure, options: DelayOptions): number | undefined {
  for (const [key, text] of failure.waits) {
    const delayMs = readDelayMs(text, { ...options, unitMs: UNIT_OF_KEY[key] ?? 1_000 });
    if (delayMs !== undefined) return delayMs;
  }
  return waitInProse(failure.message);
}
