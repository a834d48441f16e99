import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canRetryAtMs, createRetryBudget, onSuccess, refund, spend } from "../../src/pace/retry-budget.js";

describe("retry budget", () => {
  it("gives three retries a ten seconds though nothing succeeds", () => {
    const budget = createRetryBudget(0, 0.2);
    const retries: number[] = [];
    for (let nowMs = 0; nowMs < 30_000; nowMs = Math.max(nowMs, canRetryAtMs(budget, nowMs))) {
      spend(budget, nowMs);
      retries.push(Math.round(nowMs));
    }
    expect(retries.slice(0, 5)).toEqual([0, 0, 0, 3_333, 6_667]);
    expect(retries).toHaveLength(3 + 8);
  });

  it("gives one retry more for five successes", () => {
    const budget = createRetryBudget(0, 0.2);
    for (let spent = 0; spent < 3; spent++) spend(budget, 0);
    for (let success = 0; success < 4; success++) onSuccess(budget, 0);
    expect(canRetryAtMs(budget, 0)).toBeGreaterThan(0);
    onSuccess(budget, 0);
    expect(canRetryAtMs(budget, 0)).toBe(0);
  });

  it("forgets successes of long ago: a quiet key saves up no storm", () => {
    const budget = createRetryBudget(0, 0.2);
    for (let success = 0; success < 10_000; success++) onSuccess(budget, 0);
    let retries = 0;
    for (; canRetryAtMs(budget, 120_000) === 120_000 && retries < 100; retries++) spend(budget, 120_000);
    expect(retries).toBe(3);
  });

  it("gives each retry a moment of its own where they are spent when planned", () => {
    const budget = createRetryBudget(0, 0.2);
    const moments = Array.from({ length: 6 }, () => {
      const atMs = canRetryAtMs(budget, 0);
      spend(budget, 0);
      return Math.round(atMs);
    });
    expect(moments).toEqual([0, 0, 0, 3_333, 6_667, 10_000]);
    for (let success = 0; success < 20; success++) onSuccess(budget, 0); // pays off what is owed, and one more
    expect(canRetryAtMs(budget, 0)).toBe(0);
  });

  it("takes back what a cancelled retry had spent", () => {
    const budget = createRetryBudget(0, 0);
    for (let round = 0; round < 10; round++) {
      spend(budget, 0);
      refund(budget, 0);
    }
    expect(budget.floor).toBe(3);
  });

  it("never lets more retry than the floor and the share of successes, in any window", () => {
    const event = fc.record({
      afterMs: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 20_000, noNaN: true })),
      isSuccess: fc.boolean(),
      count: fc.integer({ min: 1, max: 30 }),
    });
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 2, noNaN: true }),
        fc.array(event, { maxLength: 60, size: "max" }),
        (ratio, events) => {
          const budget = createRetryBudget(0, ratio);
          const log: { nowMs: number; retries: number; successes: number }[] = [];
          let nowMs = 0;
          for (const { afterMs, isSuccess, count } of events) {
            nowMs += afterMs;
            let retries = 0;
            for (let each = 0; each < count; each++) {
              if (isSuccess) onSuccess(budget, nowMs);
              else if (canRetryAtMs(budget, nowMs) === nowMs) {
                spend(budget, nowMs);
                retries += 1;
              }
            }
            log.push({ nowMs, retries, successes: isSuccess ? count : 0 });
          }
          for (let first = 0; first < log.length; first++) {
            // What was earned in the last seconds before the window may be spent in it: all successes so far bound it.
            const before = log.slice(0, first).reduce((sum, each) => sum + each.successes, 0);
            let [retries, successes] = [0, before];
            for (const each of log.slice(first)) {
              retries += each.retries;
              successes += each.successes;
              const windowMs = each.nowMs - (log[first]?.nowMs ?? 0);
              expect(retries).toBeLessThanOrEqual(3 + (windowMs * 3) / 10_000 + ratio * successes + 1e-6);
            }
          }
        },
      ),
    );
  });

  it("says a moment at which a retry may really go, and none may more than a tenth of a second before", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.array(fc.double({ min: 0, max: 3_000, noNaN: true }), { minLength: 1, maxLength: 30, size: "max" }),
        (ratio, gaps) => {
          const budget = createRetryBudget(0, ratio);
          let nowMs = 0;
          for (const gapMs of gaps) {
            nowMs += gapMs;
            onSuccess(budget, nowMs);
            const atMs = canRetryAtMs(budget, nowMs);
            expect(atMs).toBeGreaterThanOrEqual(nowMs);
            expect(canRetryAtMs({ ...budget }, atMs)).toBe(atMs);
            if (atMs - nowMs > 500) {
              const sooner = nowMs + (atMs - nowMs) / 2;
              expect(canRetryAtMs({ ...budget }, sooner)).toBeGreaterThan(sooner);
            }
            spend(budget, nowMs);
          }
        },
      ),
    );
  });
});
