import type { Quota } from "../../src/signal/signal.js";
import { type Bucket, bucketQuota, createBucket } from "./bucket.js";
import { createKeyed } from "./keyed.js";
import {
  ACCEPTED,
  type Arrival,
  COUNTED,
  type Counted,
  costIn,
  type Limit,
  moveRates,
  type Rates,
  ratesOf,
  throttledBy,
} from "./limit.js";
import { shortageOf } from "./shortage.js";

/** A plain policer: token buckets, one a dimension for each key. */
export interface PolicerOptions extends Rates {
  /** Depth of what is enforced, in milliseconds of refill (never less than one request). Default 1,000. */
  readonly depthMs?: number;
  /** Window that the advertised limit counts, in milliseconds. Default: the depth. OpenAI says minutes and enforces seconds. */
  readonly windowMs?: number;
  /**
   * How much the headers say may come at once, in milliseconds of refill. Default: the window. Shallower than the window
   * where a server tells the truth about a shallow bucket in units of a minute.
   */
  readonly advertisedDepthMs?: number;
  /** Whether refused requests are charged too, as at OpenAI. Default false. */
  readonly countsRefused?: boolean;
}

type Buckets = Readonly<Record<Counted, Bucket>>;

interface Account {
  readonly enforced: Buckets;
  /** What the headers tell: the same refill, as deep as they say. */
  readonly advertised: Buckets;
}

/** Makes a policer. Over any interval it lets in at most depth + rate x time. */
export function createPolicer(options: PolicerOptions = {}): Limit {
  const depthMs = options.depthMs ?? 1_000;
  const windowMs = options.windowMs ?? depthMs;
  const advertisedDepthMs = options.advertisedDepthMs ?? windowMs;
  const rates = ratesOf(options);
  const accounts = createKeyed(open);

  function open(nowMs: number): Account {
    const enforced = buckets(nowMs, depthMs);
    return { enforced, advertised: advertisedDepthMs === depthMs ? enforced : buckets(nowMs, advertisedDepthMs) };
  }

  function buckets(nowMs: number, depth: number): Buckets {
    const bucket = (dimension: Counted) => createBucket(nowMs, { ratePerSecond: rates[dimension], depthMs: depth });
    return { requests: bucket("requests"), tokens: bucket("tokens") };
  }

  return {
    admit(nowMs, arrival) {
      const account = accounts.get(arrival.key, nowMs);
      const shortage = shortageOf(nowMs, account.enforced, arrival);
      if (shortage === undefined) {
        charge(nowMs, account, "requests", costIn(arrival, "requests"));
        charge(nowMs, account, "tokens", costIn(arrival, "tokens"));
        return ACCEPTED;
      }
      if (options.countsRefused) chargeRefused(nowMs, account);
      return throttledBy(shortage);
    },
    waitMs: (nowMs, arrival) => shortageOf(nowMs, accounts.get(arrival.key, nowMs).enforced, arrival)?.waitMs ?? 0,
    settle(nowMs, arrival: Arrival) {
      const account = accounts.get(arrival.key, nowMs);
      for (const each of COUNTED) charge(nowMs, account, each, arrival.cost[each] ?? 0);
    },
    change(nowMs, change) {
      moveRates(rates, change);
      for (const { enforced, advertised } of accounts.values()) {
        for (const each of COUNTED) {
          enforced[each].setRate(nowMs, rates[each]);
          if (advertised !== enforced) advertised[each].setRate(nowMs, rates[each]);
        }
      }
    },
    allowed: () => rates,
    quotas(nowMs, key) {
      const { advertised } = accounts.get(key, nowMs);
      return COUNTED.flatMap((dimension): Quota[] =>
        bucketQuota(nowMs, advertised[dimension], { dimension, windowMs }),
      );
    },
  };
}

function charge(nowMs: number, account: Account, dimension: Counted, units: number): void {
  if (units === 0) return;
  account.enforced[dimension].take(nowMs, units);
  if (account.advertised !== account.enforced) account.advertised[dimension].take(nowMs, units);
}

function chargeRefused(nowMs: number, account: Account): void {
  // Down to empty and no further: a bucket in debt would lock out whoever retries, for ever.
  charge(nowMs, account, "requests", Math.min(1, Math.max(0, account.enforced.requests.level(nowMs))));
}
