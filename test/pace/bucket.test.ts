import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BucketLimits, createBucket, credit, debit, earliestMs, rerate } from "../../src/pace/bucket.js";

const ONE: BucketLimits = { burst: 1, creditSinceMs: -Infinity, meanCost: 1 };
const FIVE: BucketLimits = { ...ONE, burst: 5 };

/** Sends as soon as it may until `untilMs`, and returns the instants. */
function saturate(bucket: ReturnType<typeof createBucket>, limits: BucketLimits, fromMs: number, untilMs: number) {
  const sends: number[] = [];
  let nowMs = fromMs;
  for (;;) {
    nowMs = earliestMs(bucket, limits, nowMs);
    if (nowMs >= untilMs) return sends;
    debit(bucket, limits, 1, nowMs);
    sends.push(nowMs);
  }
}

describe("bucket", () => {
  it("starts with a credit of four beside the first, then keeps exactly to the pace", () => {
    expect(saturate(createBucket(0, 2), FIVE, 0, 2_100)).toEqual([0, 0, 0, 0, 0, 500, 1000, 1500, 2000]);
  });

  it("sends strictly one at a time with a burst of one, however long it idled", () => {
    const bucket = createBucket(0, 10);
    expect(saturate(bucket, ONE, 0, 250)).toEqual([0, 100, 200]);
    expect(saturate(bucket, ONE, 3_600_000, 3_600_250)).toEqual([3_600_000, 3_600_100, 3_600_200]);
  });

  it("earns credit while idle at its rate, and no more than the burst", () => {
    const bucket = createBucket(0, 1);
    saturate(bucket, FIVE, 0, 1);
    // The last send was at 0 with nothing left: due again at 1,000, and two credits earned by 3,000.
    expect(saturate(bucket, FIVE, 3_000, 3_001)).toHaveLength(3);
    expect(saturate(bucket, FIVE, 1_000_000, 1_000_001)).toHaveLength(5);
  });

  it("keeps no credit from before the instant since which it is earned", () => {
    const bucket = createBucket(0, 1);
    const sinceCut = { ...FIVE, creditSinceMs: 10_000 };
    expect(saturate(bucket, sinceCut, 10_000, 10_001)).toHaveLength(1);
    expect(earliestMs(createBucket(0, 1), { ...FIVE, creditSinceMs: Infinity }, 10_000)).toBe(10_000);
  });

  it("keeps what is owed in units when the rate changes", () => {
    const bucket = createBucket(0, 1);
    debit(bucket, ONE, 1, 0);
    rerate(bucket, ONE, 10, 500); // half a unit is owed: 50 ms at the new rate
    expect(earliestMs(bucket, ONE, 500)).toBeCloseTo(550, 9);
    rerate(bucket, ONE, 0.1, 500); // and 5 s at this one
    expect(earliestMs(bucket, ONE, 500)).toBeCloseTo(5_500, 9);
    // Down and up again within one instant is as if nothing had been.
    rerate(bucket, ONE, 1e9, 500);
    rerate(bucket, ONE, 10, 500);
    expect(earliestMs(bucket, ONE, 500)).toBeCloseTo(550, 9);
  });

  it("lets a send go that is larger than the bucket, and makes the next wait for it", () => {
    const limits = { burst: 5, creditSinceMs: -Infinity, meanCost: 100 };
    const bucket = createBucket(0, 1_000);
    expect(earliestMs(bucket, limits, 0)).toBe(0);
    debit(bucket, limits, 10_400, 0);
    expect(earliestMs(bucket, limits, 0)).toBe(10_000); // 400 of it was credit
  });

  it("tells sends ahead of the pace from paced ones", () => {
    const bucket = createBucket(0, 10);
    const bursts = (nowMs: number, count: number) => Array.from({ length: count }, () => debit(bucket, FIVE, 1, nowMs));
    expect(bursts(0, 5)).toEqual([false, true, true, true, true]);
    expect(bursts(100, 1)).toEqual([false]);
    // A timer that fires late in each round is no burst, though the sends that follow come a little sooner.
    expect([249, 301, 449, 501].map((nowMs) => debit(bucket, FIVE, 1, nowMs))).toEqual([false, false, false, false]);
  });

  it("makes up for a late timer where it is told how late, and counts that as paced", () => {
    const bucket = createBucket(0, 5_000);
    const late = { ...ONE, slackMs: 1 };
    let sends = 0;
    for (let nowMs = 0; nowMs <= 1_000; nowMs += 1) {
      while (earliestMs(bucket, late, nowMs) <= nowMs) {
        expect(debit(bucket, late, 1, nowMs)).toBe(false);
        sends += 1;
      }
    }
    expect(sends).toBeGreaterThanOrEqual(5_000);
    expect(sends).toBeLessThanOrEqual(5_006);
  });

  it("undoes a debit whose send was cancelled", () => {
    const bucket = createBucket(0, 1);
    for (let undone = 0; undone < 10; undone++) credit(bucket, 1, debit(bucket, FIVE, 1, 0));
    expect(saturate(bucket, FIVE, 0, 1)).toHaveLength(5);
    expect(bucket.paceLevel).toBe(-1);
  });

  it("loses nothing to rounding after a year, at 200,000 a second", () => {
    const year = 365 * 86_400_000 + 0.123;
    const sends = saturate(createBucket(year, 200_000), FIVE, year, year + 1_000).length;
    expect(Math.abs(sends - 200_004)).toBeLessThanOrEqual(1);
    // The clock itself has steps of 4 ns there, and without credit nothing makes up for what a send is late.
    const strict = saturate(createBucket(year, 200_000), ONE, year, year + 1_000).length;
    expect(strict).toBeGreaterThan(199_800);
    expect(strict).toBeLessThanOrEqual(200_001);
  });

  it("is not wedged by a cost that is no number, and refuses a rate that is none", () => {
    const bucket = createBucket(0, 1);
    for (const cost of [NaN, Infinity, -5]) debit(bucket, ONE, cost, 0);
    expect(earliestMs(bucket, ONE, 0)).toBe(0);
    expect(() => rerate(bucket, ONE, NaN, 0)).toThrow("BUG");
    expect(() => createBucket(0, 0)).toThrow("BUG");
  });
});

const rates = fc.double({ min: -3, max: 9, noNaN: true }).map((exponent) => 10 ** exponent);
const step = fc.record({
  rate: fc.option(rates, { nil: undefined }),
  jumpMs: fc.oneof(
    fc.double({ min: 0, max: 10, noNaN: true }),
    fc.double({ min: 0, max: 3e10, noNaN: true }),
    fc.double({ min: -1_000, max: 0, noNaN: true }),
  ),
  attempts: fc.integer({ min: 1, max: 12 }),
  cut: fc.boolean(),
});

describe("bucket, whatever happens to rate and time", () => {
  it("never sends more than burst + the integral of the rate, over any interval", () => {
    fc.assert(
      fc.property(
        rates,
        fc.integer({ min: 1, max: 20 }),
        fc.array(step, { maxLength: 40, size: "max" }),
        (rate, burst, steps) => {
          const bucket = createBucket(0, rate);
          let limits: BucketLimits = { burst, creditSinceMs: -Infinity, meanCost: 1 };
          let [nowMs, latestMs, present, integral] = [0, 0, rate, 0];
          // Worst excess of any interval that ends here, as a running maximum: sends so far - integral so far.
          let [sent, least, fastest] = [0, 0, rate];
          for (const { rate: next, jumpMs, attempts, cut } of steps) {
            nowMs = Math.max(0, nowMs + jumpMs);
            integral += (Math.max(0, nowMs - latestMs) * present) / 1000;
            latestMs = Math.max(latestMs, nowMs);
            least = Math.min(least, sent - integral);
            if (next !== undefined) {
              rerate(bucket, limits, next, nowMs);
              present = next;
              fastest = Math.max(fastest, next);
            }
            if (cut) limits = { ...limits, creditSinceMs: nowMs };
            const before = sent;
            for (let attempt = 0; attempt < attempts; attempt++) {
              const dueMs = earliestMs(bucket, limits, nowMs);
              expect(dueMs).toBeGreaterThanOrEqual(nowMs);
              expect(Number.isFinite(dueMs)).toBe(true);
              if (dueMs > nowMs) break;
              debit(bucket, limits, 1, nowMs);
              sent += 1;
            }
            // 1e-9 of a send may be owed, sums of a billion units are rounded, and so is the instant itself.
            const rounding = 1e-6 + 1e-12 * integral + (fastest * latestMs * Number.EPSILON) / 1000;
            expect(sent - integral - least).toBeLessThanOrEqual(burst + rounding);
            if (cut) expect(sent - before).toBeLessThanOrEqual(1 + rounding);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("waits no longer than it has to: waiting until the moment it names is enough", () => {
    fc.assert(
      fc.property(
        rates,
        fc.array(fc.double({ min: 0, max: 1e5, noNaN: true }), { minLength: 1, maxLength: 20, size: "max" }),
        fc.double({ min: 0, max: 1e11, noNaN: true }),
        (rate, costs, startMs) => {
          const limits = { burst: 3, creditSinceMs: -Infinity, meanCost: 10 };
          const bucket = createBucket(startMs, rate);
          let nowMs = startMs;
          let units = 0;
          for (const cost of costs) {
            let looks = 0;
            for (let due = earliestMs(bucket, limits, nowMs); due > nowMs; due = earliestMs(bucket, limits, nowMs)) {
              nowMs = due;
              looks += 1;
            }
            expect(looks).toBeLessThanOrEqual(2);
            debit(bucket, limits, cost, nowMs);
            units += cost;
            const pastMs = ((units - cost - 20) / rate) * 1000;
            expect(nowMs - startMs).toBeLessThanOrEqual(Math.max(0, pastMs + 1e-6) * (1 + 1e-9) + 1e-4);
          }
        },
      ),
    );
  });

  it("is the same in units, whatever the unit: scaled costs and rates give the same instants", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 30 }), (costs) => {
        const instants = (scale: number) => {
          const limits = { burst: 4, creditSinceMs: -Infinity, meanCost: 8 * scale };
          const bucket = createBucket(0, 16 * scale);
          let nowMs = 0;
          return costs.map((cost) => {
            nowMs = earliestMs(bucket, limits, nowMs);
            debit(bucket, limits, cost * scale, nowMs);
            return nowMs;
          });
        };
        expect(instants(1024)).toEqual(instants(1));
      }),
    );
  });
});
