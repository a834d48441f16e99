import { type Bucket, bucketQuota, createBucket } from "./bucket.js";
import { createKeyed } from "./keyed.js";
import {
  type Admission,
  type Arrival,
  COUNTED,
  type Counted,
  costIn,
  type Limit,
  movedRate,
  throttledBy,
} from "./limit.js";
import { shortageOf } from "./shortage.js";

/** A plain policer: token buckets, one a dimension for each key. */
export interface PolicerOptions {
  /** Requests a second. Default: unlimited. */
  readonly requestsPerSecond?: number;
  /** Tokens a second. Default: unlimited. */
  readonly tokensPerSecond?: number;
  /** Depth of what is enforced, in milliseconds of refill (never less than one request). Default 1,000. */
  readonly depthMs?: number;
  /** Window that the advertised limit counts, in milliseconds. Default: the depth. OpenAI says minutes and enforces seconds. */
  readonly windowMs?: number;
  /** Whether refused requests are charged too, as at OpenAI. Default false. */
  readonly countsRefused?: boolean;
}

interface Account {
  readonly enforced: Bucket;
  /** What the headers tell: the same refill, as deep as the window that they speak of. */
  readonly advertised: Bucket;
}

/** Makes a policer. Over any interval it lets in at most depth + rate x time. */
export function createPolicer(options: PolicerOptions = {}): Limit {
  const depthMs = options.depthMs ?? 1_000;
  const windowMs = options.windowMs ?? depthMs;
  const rates: Record<Counted, number> = {
    requests: options.requestsPerSecond ?? Number.POSITIVE_INFINITY,
    tokens: options.tokensPerSecond ?? Number.POSITIVE_INFINITY,
  };
  const accounts = createKeyed((nowMs) => ({ requests: open(nowMs, "requests"), tokens: open(nowMs, "tokens") }));

  function open(nowMs: number, dimension: Counted): Account {
    const bucket = (depth: number) => createBucket(nowMs, { ratePerSecond: rates[dimension], depthMs: depth });
    const enforced = bucket(depthMs);
    return { enforced, advertised: windowMs === depthMs ? enforced : bucket(windowMs) };
  }

  function charge(nowMs: number, account: Account, units: number): void {
    account.enforced.take(nowMs, units);
    if (account.advertised !== account.enforced) account.advertised.take(nowMs, units);
  }

  return {
    admit(nowMs, arrival): Admission {
      const account = accounts.get(arrival.key, nowMs);
      const { requests, tokens } = account;
      const shortage = shortageOf(nowMs, { requests: requests.enforced, tokens: tokens.enforced }, arrival);
      if (shortage === undefined) for (const each of COUNTED) charge(nowMs, account[each], costIn(arrival, each));
      else if (options.countsRefused) chargeRefused(nowMs, requests);
      const quotas = COUNTED.flatMap((dimension) =>
        bucketQuota(nowMs, account[dimension].advertised, { dimension, windowMs }),
      );
      return shortage === undefined ? { outcome: "accepted", quotas } : { ...throttledBy(shortage), quotas };
    },
    settle(nowMs, arrival: Arrival) {
      const account = accounts.get(arrival.key, nowMs);
      for (const each of COUNTED) charge(nowMs, account[each], arrival.cost[each] ?? 0);
    },
    change(nowMs, change) {
      rates.requests = movedRate(rates.requests, change.requestsPerSecond);
      rates.tokens = movedRate(rates.tokens, change.tokensPerSecond);
      for (const account of accounts.values()) {
        for (const each of COUNTED) {
          account[each].enforced.setRate(nowMs, rates[each]);
          if (account[each].advertised !== account[each].enforced) account[each].advertised.setRate(nowMs, rates[each]);
        }
      }
    },
    allowed: () => rates,
  };

  function chargeRefused(nowMs: number, account: Account): void {
    // Down to empty and no further: a bucket in debt would lock out whoever retries, for ever.
    charge(nowMs, account, Math.min(1, Math.max(0, account.enforced.level(nowMs))));
  }
}
