import { type Bucket, bucketQuota, createBucket } from "./bucket.js";
import { createKeyed } from "./keyed.js";
import { ACCEPTED, costIn, type Limit, throttledBy } from "./limit.js";

/** A rule by which one key's request rate moves with what it did. */
export interface RateRule {
  /** Requests a second from now on. */
  rate(nowMs: number): number;
  /** So many requests were let in. */
  onAccepted(nowMs: number, requests: number): void;
}

/** What limits that follow their keys have in common. */
export interface FollowingOptions {
  /** How much may come at once, in milliseconds of the rate of now. Default 1,000. */
  readonly depthMs?: number;
  /** Window that the advertised limit counts, in milliseconds. Default 60,000. */
  readonly windowMs?: number;
}

interface Account {
  readonly rule: RateRule;
  readonly bucket: Bucket;
}

/** Makes a limit on requests whose rate is a rule's, each key's own. A move pins the rate, `null` gives it back. */
export function createFollowingLimit(makeRule: (nowMs: number) => RateRule, options: FollowingOptions): Limit {
  const { depthMs = 1_000, windowMs = 60_000 } = options;
  let pinned: number | undefined;
  const accounts = createKeyed<Account>((nowMs) => {
    const rule = makeRule(nowMs);
    return { rule, bucket: createBucket(nowMs, { ratePerSecond: pinned ?? rule.rate(nowMs), depthMs }) };
  });

  function accountAt(nowMs: number, key: string): Account {
    const account = accounts.get(key, nowMs);
    const rate = pinned ?? account.rule.rate(nowMs);
    if (rate !== account.bucket.ratePerSecond) account.bucket.setRate(nowMs, rate);
    return account;
  }

  return {
    admit(nowMs, arrival) {
      const { bucket, rule } = accountAt(nowMs, arrival.key);
      const units = costIn(arrival, "requests");
      const waitMs = bucket.waitFor(nowMs, units);
      if (waitMs > 0) {
        const neverFits = waitMs === Number.POSITIVE_INFINITY && bucket.capacity > 0;
        return throttledBy({ dimension: "requests", waitMs, neverFits });
      }
      bucket.take(nowMs, units);
      rule.onAccepted(nowMs, units);
      return ACCEPTED;
    },
    waitMs: (nowMs, arrival) => accountAt(nowMs, arrival.key).bucket.waitFor(nowMs, costIn(arrival, "requests")),
    settle(nowMs, arrival) {
      accountAt(nowMs, arrival.key).bucket.take(nowMs, arrival.cost.requests ?? 0);
    },
    change(_nowMs, { requestsPerSecond }) {
      if (requestsPerSecond !== undefined) pinned = requestsPerSecond ?? undefined;
    },
    allowed: (nowMs, key) => ({
      requests: accountAt(nowMs, key).bucket.ratePerSecond,
      tokens: Number.POSITIVE_INFINITY,
    }),
    quotas: (nowMs, key) => bucketQuota(nowMs, accountAt(nowMs, key).bucket, { dimension: "requests", windowMs }),
  };
}
