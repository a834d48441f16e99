import type { Quota } from "../../src/signal/signal.js";
import { type Bucket, bucketQuota, createBucket } from "./bucket.js";
import { type CapacityOptions, createCapacity } from "./capacity.js";
import { createKeyed } from "./keyed.js";
import {
  ACCEPTED,
  type Admission,
  type Arrival,
  COUNTED,
  type Counted,
  costIn,
  type Limit,
  movedRate,
  retryAfter,
  throttledBy,
} from "./limit.js";
import { shortageOf } from "./shortage.js";
import { createUsageMeter, type UsageMeter } from "./usage.js";

/** The range of a dynamic rate, in units a second. */
export interface DynamicRange {
  /** It never falls below this. */
  readonly base: number;
  /** It never rises above this. */
  readonly cap: number;
}

/** Together's dynamic rate for one model. */
export interface TogetherOptions extends CapacityOptions {
  /** Range of the request rate. Default 1 (60 a minute, the base that Together printed in January 2026) to 100 a second. */
  readonly requests?: Partial<DynamicRange>;
  /** Range of the token rate. Default: tokens aren't limited. */
  readonly tokens?: DynamicRange;
  /** The dynamic rate is this times the mean successful rate. Default 2. */
  readonly factor?: number;
  /** Over how long that mean is taken, in milliseconds. Default one hour; ten minutes or one make a demonstration. */
  readonly usageWindowMs?: number;
  /** Successful requests a second that the past shows at the start. Default 0: a new customer. */
  readonly usageInitial?: number;
  /**
   * - `strict` (default): nothing above the dynamic rate gets in.
   * - `attribution`: what there is capacity for gets in; the dynamic rate only decides what a failure is called.
   */
  readonly mode?: "strict" | "attribution";
  /** How much may come at once, in milliseconds of the dynamic rate. Default 1,000: measured by the second. */
  readonly depthMs?: number;
}

interface Account {
  /** Holds what may come at or below the dynamic rate. */
  readonly bucket: Bucket;
  readonly usage: UsageMeter;
}

/**
 * Makes Together's limit: for each organisation, dynamic rate = 2 x its mean successful rate of the past hour, between a base
 * and a cap. A request above it is throttled (429); one at or below it fails only for want of capacity (503).
 *
 * @see docs.together.ai/docs/rate-limits (January 2026 has the formula; later copies say that it evolves)
 */
export function createTogetherLimit(options: TogetherOptions = {}, capacity = createCapacity(options)): Limit {
  const depthMs = options.depthMs ?? 1_000;
  const factor = options.factor ?? 2;
  const usageWindowMs = options.usageWindowMs ?? 3_600_000;
  const ranges: Record<Counted, DynamicRange> = {
    requests: { base: 1, cap: 100, ...options.requests },
    tokens: options.tokens ?? { base: Number.POSITIVE_INFINITY, cap: Number.POSITIVE_INFINITY },
  };
  /** Rates held fixed from outside, in the place of the formula. */
  const pinned: Partial<Record<Counted, number>> = {};
  const accounts = createKeyed((nowMs) => ({ requests: open(nowMs, "requests"), tokens: open(nowMs, "tokens") }));

  function open(nowMs: number, dimension: Counted): Account {
    const past = dimension === "requests" ? (options.usageInitial ?? 0) : 0;
    const usage = createUsageMeter(nowMs, usageWindowMs, past);
    return { usage, bucket: createBucket(nowMs, { ratePerSecond: rateNow(nowMs, dimension, usage), depthMs }) };
  }

  function rateNow(nowMs: number, dimension: Counted, usage: UsageMeter): number {
    const { base, cap } = ranges[dimension];
    return pinned[dimension] ?? Math.min(cap, Math.max(base, factor * usage.meanPerSecond(nowMs)));
  }

  function accountsAt(nowMs: number, key: string): Record<Counted, Account> {
    const account = accounts.get(key, nowMs);
    follow(nowMs, account);
    return account;
  }

  function follow(nowMs: number, account: Record<Counted, Account>): void {
    for (const each of COUNTED) account[each].bucket.setRate(nowMs, rateNow(nowMs, each, account[each].usage));
  }

  function decide(nowMs: number, arrival: Arrival, account: Record<Counted, Account>): Admission {
    const shortage = shortageOf(nowMs, { requests: account.requests.bucket, tokens: account.tokens.bucket }, arrival);
    const capacityWaitMs = capacity.waitFor(nowMs, 1);
    if (shortage === undefined) {
      // It is counted as sent at or below the rate even where capacity then fails it.
      for (const each of COUNTED) account[each].bucket.take(nowMs, costIn(arrival, each));
      return capacityWaitMs === 0 ? ACCEPTED : { outcome: "overloaded", ...retryAfter(capacityWaitMs) };
    }
    if (options.mode === "attribution" && capacityWaitMs === 0) return ACCEPTED;
    return throttledBy(shortage);
  }

  return {
    admit(nowMs, arrival): Admission {
      const account = accountsAt(nowMs, arrival.key);
      const decided = decide(nowMs, arrival, account);
      if (decided.outcome === "accepted") {
        capacity.take(nowMs, 1);
        for (const each of COUNTED) account[each].usage.add(nowMs, costIn(arrival, each));
      }
      return decided;
    },
    waitMs(nowMs, arrival) {
      const capacityWaitMs = capacity.waitFor(nowMs, 1);
      if (options.mode === "attribution") return capacityWaitMs;
      const { requests, tokens } = accountsAt(nowMs, arrival.key);
      const shortage = shortageOf(nowMs, { requests: requests.bucket, tokens: tokens.bucket }, arrival);
      return Math.max(capacityWaitMs, shortage?.waitMs ?? 0);
    },
    settle(nowMs, arrival) {
      const account = accountsAt(nowMs, arrival.key);
      for (const each of COUNTED) {
        account[each].bucket.take(nowMs, arrival.cost[each] ?? 0);
        account[each].usage.add(nowMs, arrival.cost[each] ?? 0);
      }
    },
    change(nowMs, change) {
      setPinned("requests", change.requestsPerSecond);
      setPinned("tokens", change.tokensPerSecond);
      capacity.setRate(nowMs, movedRate(capacity.ratePerSecond, change.capacityPerSecond));
      for (const account of accounts.values()) follow(nowMs, account);
    },
    allowed(nowMs, key) {
      const { requests, tokens } = accountsAt(nowMs, key);
      const carried = capacity.ratePerSecond;
      if (options.mode === "attribution") return { requests: carried, tokens: Number.POSITIVE_INFINITY };
      return { requests: Math.min(requests.bucket.ratePerSecond, carried), tokens: tokens.bucket.ratePerSecond };
    },
    quotas(nowMs, key) {
      const account = accountsAt(nowMs, key);
      return COUNTED.flatMap((dimension) =>
        bucketQuota(nowMs, account[dimension].bucket, { dimension, windowMs: 1_000 }).flatMap(alsoDynamic),
      );
    },
  };

  function setPinned(dimension: Counted, rate: number | null | undefined): void {
    if (rate === null) delete pinned[dimension];
    else if (rate !== undefined) pinned[dimension] = rate;
  }
}

/** The headers of January 2026 name each limit twice, once as the dynamic one; there is no other here. */
function alsoDynamic(quota: Quota): readonly Quota[] {
  return [quota, { ...quota, scope: "dynamic" }];
}
