import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { measureRefusal } from "../../src/control/measure.js";
import { observe } from "../../src/control/observe.js";
import { learntSince, levelBefore, predict, quotaCharge, quotaSend, quotaVoid } from "../../src/control/quota.js";
import type { QuotaReading, QuotaState } from "../../src/control/quota-state.js";
import { capacity, createQuota, limitMoved, refillRate } from "../../src/control/quota-state.js";
import { isSensible } from "../../src/control/sensible.js";
import { SHIFTS_MAX } from "../../src/control/shift.js";
import { follow, history, refillPlant, sends, step, windowPlant } from "./quota-history.js";

const MINUTE = { kind: "refill", windowMs: 60_000 } as const;

/** A bucket of 600 a minute with `remaining` left at `at`. */
function anchored(remaining: number, at = 0, traits: Parameters<typeof createQuota>[0] = MINUTE): QuotaState {
  const { quota, stamp } = quotaSend(createQuota(traits), at, 1);
  return observe(quota, at, stamp, { limit: 600, remaining }, false);
}

describe("the estimate between answers", () => {
  test("is empty until a header comes, and then moves by what was sent and what refilled", () => {
    expect(createQuota(MINUTE).level).toBeNull();
    const quota = anchored(100);
    expect(predict(quota, 5).level).toBe(150);
    expect(quotaSend(quota, 5, 1).stamp.level).toBe(149);
    expect(predict(quota, 1e9).level).toBe(600);
  });

  test("takes no answer for news that was sent before the newest, though it was counted after it", () => {
    const one = quotaSend(anchored(100), 2, 1);
    const two = quotaSend(one.quota, 2.5, 1);
    const newest = observe(two.quota, 3, one.stamp, { limit: 600, remaining: 90 }, false);
    const earlier = { ...two.stamp, sentAt: 1 };
    expect(observe(newest, 3.1, earlier, { limit: 600, remaining: 300 }, false)).toBe(newest);
    expect(observe(newest, 3.1, two.stamp, { limit: 600, remaining: 300 }, false)).not.toBe(newest);
  });

  test("notes when a limit was heard to have fallen, and takes a drift for none", () => {
    const { quota, stamp } = quotaSend(anchored(100), 1, 1);
    const told = (limit: number) => observe(quota, 2, stamp, { limit, remaining: 5 }, false).loweredAt;
    expect([told(600), told(700), told(580), told(60)]).toEqual([null, null, null, 2]);
  });

  test("begins a fixed window anew, however many have passed", () => {
    const { quota, stamp } = quotaSend(createQuota({ kind: "window", windowMs: 60_000 }), 0, 1);
    const seen = observe(quota, 0.1, stamp, { limit: 600, remaining: 5, resetIn: 20 }, false);
    expect(predict(seen, 19).level).toBe(5);
    const later = predict(seen, 20 + 60 * 1e6 + 1);
    expect(later.level).toBe(600);
    expect(later.reset.end).toBe(20 + 60 * (1e6 + 1));
  });

  /** A window of 10 s and 20 units whose end was stated `early`, with `remaining` left, and a send just after it. */
  function justAfterReset(remaining: number, early: number) {
    const first = quotaSend(createQuota({ kind: "window", windowMs: 10_000 }), 5, 1);
    const seen = observe(first.quota, 5, first.stamp, { limit: 20, remaining, resetIn: 5 - early }, false);
    return quotaSend(seen, 9.98, 1);
  }

  test("news of the old window that comes after its end says nothing of the one that runs now", () => {
    const { quota, stamp } = justAfterReset(12, 0.04);
    expect(quota.level).toBe(19);
    const accepted = observe(quota, 10.5, stamp, { limit: 20, remaining: 11, resetIn: 0.02 }, false);
    expect(accepted.level).toBe(19);
    expect(accepted.others).toBe(0);
    const voided = quotaVoid(quota, stamp, 1);
    const refused = observe(voided, 10.5, stamp, { limit: 20, remaining: 0, resetIn: 0.02 }, true);
    const measured = measureRefusal(refused, 10.5, stamp, 1);
    expect(measured.level).toBe(20);
    expect(measured.reset.end).toBeGreaterThan(19);
  });

  test("news of the old window that comes before its end takes the new one back until then", () => {
    const { quota, stamp } = justAfterReset(12, 0.04);
    const told = observe(quota, 9.99, stamp, { limit: 20, remaining: 11, resetIn: 0.02 }, false);
    expect(told.level).toBe(11);
    expect(predict(told, 10.5).level).toBe(20);
    expect(told.others).toBe(0);
  });

  test("a request overtaken on its way is no sign of a reset", () => {
    const older = quotaSend(createQuota({ kind: "window", windowMs: 10_000 }), 1, 1);
    const younger = quotaSend(older.quota, 1.01, 1);
    const seen = observe(younger.quota, 1.1, older.stamp, { limit: 20, remaining: 15, resetIn: 8.95 }, false);
    const both = observe(seen, 1.1, younger.stamp, { limit: 20, remaining: 18, resetIn: 8.99 }, false);
    expect(both.reset.jumps).toBe(0);
    expect(both.reset.skew).toBe(0);
  });

  test("what an older answer took, a younger one gives back", () => {
    let quota = anchored(599);
    const older = quotaSend(quota, 0.1, 1);
    const younger = quotaSend(older.quota, 2, 1);
    quota = observe(younger.quota, 2, older.stamp, { limit: 600, remaining: 570 }, false);
    expect(quota.level).toBe(588);
    quota = observe(quota, 2, younger.stamp, { limit: 600, remaining: 599 }, false);
    expect(quota.level).toBe(599);
  });

  test("forgives an answer of 20 s: what was sent and refilled meanwhile is accounted for", () => {
    let quota = anchored(300);
    const first = quotaSend(quota, 0, 1);
    quota = first.quota;
    for (let second = 1; second <= 20; second += 1) quota = quotaSend(quota, second, 10).quota;
    // The header is right about its own moment: the estimate was exact, and stays as it is.
    const told = observe(quota, 20, first.stamp, { limit: 600, remaining: 299 }, false);
    expect(told.level).toBeCloseTo(299 + 200 - 200, 9);
    // It was 50 too high: then it is 50 too high now.
    const less = observe(quota, 20, first.stamp, { limit: 600, remaining: 249 }, false);
    expect((less.level ?? 0) + less.others * 20).toBeCloseTo(249 + 200 - 200, 9);
  });

  test("takes a refused send back, and knows a header that can't have seen it", () => {
    let quota = anchored(3);
    const older = quotaSend(quota, 0, 1);
    const refused = quotaSend(older.quota, 0, 1);
    quota = quotaVoid(refused.quota, refused.stamp, 1);
    expect(quota.level).toBe(2);
    expect(quotaVoid(quota, refused.stamp, 1)).toBe(quota);
    expect(observe(quota, 0, older.stamp, { limit: 600, remaining: 2 }, false).level).toBe(2);
    expect(quotaVoid(anchored(3, 0, { ...MINUTE, countsRefused: true }), refused.stamp, 1).shifts).toEqual([]);
  });

  test("charges what is known only at an answer's end, and excuses headers from before", () => {
    const older = quotaSend(anchored(300), 0, 10);
    const charged = quotaCharge(older.quota, 0, 40);
    expect(charged.level).toBe(250);
    const told = observe(charged, 0, older.stamp, { limit: 600, remaining: 290 }, false);
    expect(told.level).toBe(250);
    const younger = quotaSend(charged, 0, 10);
    expect(observe(younger.quota, 0, younger.stamp, { limit: 600, remaining: 240 }, false).level).toBe(240);
  });

  test("remembers a bounded number of refusals, however many there are", () => {
    let quota = anchored(100_000, 0, { kind: "refill", windowMs: 60_000, depth: 1000 });
    for (let index = 0; index < 10_000; index += 1) {
      const sent = quotaSend(quota, 0, 1);
      quota = quotaVoid(sent.quota, sent.stamp, 1);
    }
    expect(quota.shifts.length).toBeLessThanOrEqual(SHIFTS_MAX);
    expect(quota.shifts.reduce((sum, shift) => sum + shift.amount, 0)).toBe(10_000);
    expect(quota.level).toBe(100_000);
  });

  test("a limit that moves is told once, and followed at once", () => {
    const before = anchored(300);
    const sent = quotaSend(before, 1, 1);
    const raised = observe(sent.quota, 1, sent.stamp, { limit: 1200, remaining: 900 }, false);
    expect(limitMoved(sent.quota, raised)).toBe("raised");
    expect(refillRate(raised)).toBe(20);
    const again = quotaSend(raised, 2, 1);
    const same = observe(again.quota, 2, again.stamp, { limit: 1200, remaining: 900 }, false);
    expect(limitMoved(again.quota, same)).toBeNull();
    const later = quotaSend(same, 3, 1);
    const lowered = observe(later.quota, 3, later.stamp, { limit: 60, remaining: 10 }, false);
    expect(limitMoved(later.quota, lowered)).toBe("lowered");
    expect(capacity(lowered)).toBe(60);
  });

  test("a refusal measures the level, unless its header already has", () => {
    const sent = quotaSend(anchored(300), 0, 1);
    const voided = quotaVoid(sent.quota, sent.stamp, 1);
    expect(measureRefusal(voided, 0, sent.stamp, 1).level).toBe(0.5);
    const told = observe(voided, 0, sent.stamp, { limit: 600, remaining: 0 }, true);
    expect(measureRefusal(told, 0, sent.stamp, 1).level).toBe(0);
  });

  test("remaining 0 of an accepted request says only that nothing is left, not how deep the debt is", () => {
    let quota = anchored(2);
    const stamps = Array.from({ length: 6 }, () => {
      const sent = quotaSend(quota, 0, 1);
      quota = sent.quota;
      return sent.stamp;
    });
    const last = stamps.at(-1);
    expect(last?.level).toBe(-4);
    if (last !== undefined) expect(observe(quota, 0, last, { limit: 600, remaining: 0 }, false).level).toBe(-4);
  });
});

describe("laws of the estimate", () => {
  test("is exact for a lone client of an honest bucket, but for rounding, the uplink and what it takes for others' use", () => {
    fc.assert(
      fc.property(refillPlant, sends, (plant, list) => {
        const { events, levelAt } = history(plant, list);
        const follower = follow(plant);
        for (const event of events) {
          step(follower, event);
          const { quota } = follower;
          if (quota.level === null || event.type === "send") continue;
          const rate = plant.limit / plant.window;
          const onTheWay = unsettled(events, event.at);
          const drift = Math.abs(quota.others) * (event.at - (quota.newestSentAt ?? event.at));
          const error = Math.abs((predict(quota, event.at).level ?? 0) - levelAt(event.at));
          expect(error).toBeLessThanOrEqual(1 + onTheWay + drift + 0.06 * rate + 1e-6);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("is exact for a lone client of an honest window, but for the uplink", () => {
    fc.assert(
      fc.property(windowPlant, sends, (plant, list) => {
        const { events, levelAt } = history(plant, list);
        const follower = follow(plant);
        for (const event of events) {
          step(follower, event);
          const { quota } = follower;
          // Just after a window's edge one side may not know of it yet.
          const phase = event.at % plant.window;
          if (quota.level === null || event.type === "send" || phase < 0.5 || phase > plant.window - 0.5) continue;
          const drift = Math.abs(quota.others) * (event.at - (quota.newestSentAt ?? event.at));
          const error = Math.abs((predict(quota, event.at).level ?? 0) - levelAt(event.at));
          expect(error).toBeLessThanOrEqual(1 + unsettled(events, event.at) + drift + 1e-6);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("after an answer stands where its header, the refill and own sends since put it, whatever was learnt on the way", () => {
    fc.assert(
      fc.property(refillPlant, sends, (plant, list) => {
        const follower = follow(plant);
        for (const event of history(plant, list).events) {
          const before = follower.quota;
          step(follower, event);
          const { quota } = follower;
          if (event.type === "send" || quota === before || quota.newest === before.newest) continue;
          const stamp = follower.stamps.get(event.index);
          if (stamp === undefined || stamp.level === null || stamp.era !== quota.era || quota.isFull) continue;
          if (event.reading.remaining === 0) continue;
          const own = quota.sentTotal - stamp.sentTotal - quota.shifts.reduce((sum, shift) => sum + shift.amount, 0);
          const drift = plant.limit / plant.window - quota.others;
          const reached = (event.reading.remaining ?? 0) + drift * (event.at - event.sentAt) - own;
          expect(quota.level).toBeCloseTo(Math.min(reached, capacity(quota)), 6);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("answers in any order end where the newest-sent one puts them", () => {
    fc.assert(
      fc.property(
        refillPlant,
        sends,
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (plant, list, keys) => {
          const { events } = history(plant, list);
          const end = 100 + (events.at(-1)?.at ?? 0);
          const accepted = events.filter(
            (event) => event.type === "answer" && event.isAccepted && (event.reading.remaining ?? 0) > 0,
          );
          const ordered = accepted.toSorted((a, b) => a.index - b.index).map((event) => ({ ...event, at: end }));
          const shuffled = ordered
            .map((event) => ({ event, key: keys.next().value }))
            .toSorted((a, b) => a.key - b.key);
          const one = follow(plant);
          const other = follow(plant);
          for (const event of events) if (event.type === "send") for (const each of [one, other]) step(each, event);
          for (const event of ordered) step(one, event);
          for (const { event } of shuffled) step(other, event);
          expect(other.quota.newest).toBe(one.quota.newest);
          const reach = (quota: QuotaState) => (quota.level ?? 0) + quota.others * (end - (quota.newestSentAt ?? end));
          if (!one.quota.isFull && !other.quota.isFull) expect(reach(other.quota)).toBeCloseTo(reach(one.quota), 6);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("the same answer twice, or an older one, changes nothing", () => {
    fc.assert(
      fc.property(fc.oneof(refillPlant, windowPlant), sends, (plant, list) => {
        const follower = follow(plant);
        const answered: { event: ReturnType<typeof history>["events"][number] }[] = [];
        for (const event of history(plant, list).events) {
          step(follower, event);
          if (event.type !== "answer") continue;
          answered.push({ event });
          const { quota } = follower;
          for (const { event: old } of answered) {
            step(follower, { ...old, at: event.at });
            expect(follower.quota).toBe(quota);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test("between corrections, level + sent - refilled stays what it was", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 9 })), { maxLength: 50 }),
        (list) => {
          let quota = anchored(300, 0, { ...MINUTE, depth: 1000 });
          let now = 0;
          let cost = 0;
          for (const [gap, amount] of list) {
            now += gap / 1000;
            cost += amount;
            quota = quotaSend(quota, now, amount).quota;
            expect((quota.level ?? 0) + cost - 10 * now).toBeCloseTo(300, 6);
          }
        },
      ),
    );
  });

  test("no reading, however odd, brings anything out of bounds", () => {
    const number = fc.oneof(
      fc.double(),
      fc.double({ min: 0, max: 1e-6 }),
      fc.constant(Number.MIN_VALUE),
      fc.integer({ min: -5, max: 2000 }),
      fc.constant(undefined),
    );
    const odd = fc.record({ limit: number, remaining: number, resetIn: number, window: number });
    fc.assert(
      fc.property(
        fc.constantFrom(
          {},
          MINUTE,
          { kind: "window", windowMs: 60_000 } as const,
          { kind: "sliding", windowMs: 10_000 } as const,
        ),
        fc.array(fc.tuple(odd, fc.integer({ min: 0, max: 5000 }), fc.boolean()), { maxLength: 60 }),
        (traits, list) => {
          let quota: QuotaState = createQuota(traits);
          let now = 0;
          for (const [reading, gap, isRefused] of list) {
            now += gap / 1000;
            const sent = quotaSend(quota, now, 1);
            now += gap / 1000;
            quota = isRefused ? quotaVoid(sent.quota, sent.stamp, 1) : sent.quota;
            quota = observe(quota, now, sent.stamp, withoutAbsent(reading), isRefused);
            if (isRefused) quota = measureRefusal(quota, now, sent.stamp, 1);
            expect(levelBefore(quota, sent.stamp, 1) ?? 0).toSatisfy(Number.isFinite);
            expectSound(quota);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test("garbage between good answers leaves no trace", () => {
    const garbage: readonly QuotaReading[] = [
      {},
      { limit: Number.NaN, remaining: 3 },
      { limit: 0, remaining: 0, resetIn: 0 },
      { limit: 600, remaining: -1 },
      { remaining: 1e9 },
      { limit: 600, remaining: 3, resetIn: Number.POSITIVE_INFINITY },
      { limit: 600, remaining: 3, window: 0 },
    ];
    fc.assert(
      fc.property(refillPlant, sends, fc.constantFrom(...garbage), (plant, list, nonsense) => {
        const clean = follow(plant);
        const dirty = follow(plant);
        for (const event of history(plant, list).events) {
          step(clean, event);
          step(dirty, event);
          const stamp = dirty.stamps.get(event.index);
          if (stamp === undefined || isSensible(dirty.quota, nonsense)) continue;
          dirty.quota = observe(dirty.quota, event.at, { ...stamp, seq: Number.MAX_SAFE_INTEGER }, nonsense, false);
        }
        expect({ ...dirty.quota, strangeLimit: null, strangeCount: 0 }).toEqual(clean.quota);
      }),
      { numRuns: 200 },
    );
  });

  test("a limit a thousand times higher is believed once it is insisted upon", () => {
    let quota = anchored(300);
    for (let index = 0; index < 9; index += 1) {
      const sent = quotaSend(quota, index, 1);
      quota = observe(sent.quota, index, sent.stamp, { limit: 600_000, remaining: 500_000 }, false);
      expect(quota.limit).toBe(index < 8 ? 600 : 600_000);
    }
  });

  test("a snapshot at any moment goes on as if nothing had happened", () => {
    fc.assert(
      fc.property(fc.oneof(refillPlant, windowPlant), sends, (plant, list) => {
        const kept = follow(plant);
        const revived = follow(plant);
        for (const event of history(plant, list).events) {
          step(kept, event);
          step(revived, event);
          const text = JSON.stringify(revived.quota);
          expect(text).not.toMatch(/NaN|Infinity/);
          revived.quota = JSON.parse(text) as QuotaState;
          expect(revived.quota).toEqual(kept.quota);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("what was learnt since a send is nothing at the send itself", () => {
    const sent = quotaSend(anchored(300), 2, 1);
    expect(learntSince(sent.quota, sent.stamp)).toBe(0);
    expect(levelBefore(sent.quota, sent.stamp, 1)).toBe(320);
    expect(levelBefore(quotaSend(createQuota(MINUTE), 0, 1).quota, { ...sent.stamp, level: null }, 1)).toBeUndefined();
  });
});

/** Requests that one side may count and the other not: in the uplink, overtaken there, or refused without the news of it. */
function unsettled(events: ReturnType<typeof history>["events"], now: number): number {
  const moments = events.filter((event) => event.type === "send").map((event) => event.at);
  const together = moments.map((at) => moments.filter((other) => other >= at && other <= at + 0.06).length);
  const refused = events.filter(
    (event) => event.type === "answer" && !event.isAccepted && event.sentAt <= now && event.at > now,
  );
  return 2 * Math.max(0, ...together) + refused.length;
}

function withoutAbsent(reading: Readonly<Record<string, number | undefined>>): QuotaReading {
  return Object.fromEntries(Object.entries(reading).filter(([, value]) => value !== undefined)) as QuotaReading;
}

function expectSound(quota: QuotaState): void {
  expect(JSON.stringify(quota)).not.toMatch(/NaN|Infinity/);
  for (const value of [
    quota.variance,
    quota.others,
    quota.lag,
    quota.level ?? 0,
    quota.corrections,
    quota.reset.skew,
  ]) {
    expect(value).toSatisfy(Number.isFinite);
  }
  expect(quota.variance).toBeGreaterThanOrEqual(0);
  if (quota.level !== null) expect(quota.level).toBeLessThanOrEqual(capacity(quota) + 1e-9);
  const refill = refillRate(quota);
  if (refill !== null && quota.others > 0)
    expect(quota.others).toBeLessThanOrEqual(Math.max(0.9 * refill, quota.others));
}
