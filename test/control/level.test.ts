import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LevelOptions, levelPlan } from "../../src/control/level.js";
import { createQuota, type QuotaState } from "../../src/control/quota-state.js";
import type { LimitTraits } from "../../src/signal/signal.js";

const follow: LevelOptions = { tier: 2, margin: 0.98, isProbing: false };

/** A quota of 10 units a second with `level` left at 0 s; a window ends at 60 s. */
function quota(traits: LimitTraits, changes: Partial<QuotaState>): QuotaState {
  const made = createQuota({ windowMs: 60_000, ...traits });
  return { ...made, limit: 600, reset: { ...made.reset, end: traits.kind === "window" ? 60 : null }, ...changes };
}

const rate = (state: QuotaState, options: Partial<LevelOptions> = {}): number =>
  levelPlan(state, 0, { ...follow, ...options })?.rate ?? Number.NaN;

describe("a refilling bucket", () => {
  const bucket = (level: number, changes: Partial<QuotaState> = {}) => quota({ kind: "refill" }, { level, ...changes });

  test("is spent at twice its refill while it is deep, and held just above zero then", () => {
    expect(rate(bucket(600))).toBe(20);
    expect(rate(bucket(4, { variance: 1 }))).toBeCloseTo(10, 9);
    expect(rate(bucket(2, { variance: 1 }))).toBeLessThan(10);
  });

  test("opens again when one unit has refilled, and not at its reset", () => {
    const plan = levelPlan(bucket(0), 0, follow);
    expect(plan?.notBefore).toBeCloseTo(0.1, 9);
    expect(levelPlan(bucket(0, { others: 5 }), 0, follow)?.notBefore).toBeCloseTo(0.2, 9);
  });

  test("yields four fifths of what others take, and keeps a tenth of the depth free for them", () => {
    const alone = bucket(64, { variance: 1 });
    expect(rate(alone) - rate({ ...alone, others: 5 })).toBeCloseTo(4, 9);
    expect(rate({ ...alone, sharedAt: 0 })).toBeLessThan(rate(alone));
    expect(rate({ ...alone, sharedAt: -121 })).toBe(rate(alone));
  });

  test("goes through zero at 1.3 of the refill for a probe", () => {
    expect(rate(bucket(-3), { isProbing: true })).toBe(13);
    expect(levelPlan(bucket(-3), 0, { ...follow, isProbing: true })?.notBefore).toBe(0);
  });

  test("goes gently where the header says that the bottom is, and faster the further from it", () => {
    const wide = bucket(0, { limit: 2_400 });
    const probe = (room: number, lag: number) => rate(wide, { isProbing: true, room, lag }) - 40;
    expect(probe(100, 0.1)).toBeCloseTo(12, 9);
    expect(probe(16, 0.1)).toBeCloseTo(8, 9);
    // Half a unit more until a refusal is heard of.
    expect(probe(0, 0.1)).toBeCloseTo(5, 9);
    expect(probe(0, 0.25)).toBeCloseTo(2, 9);
    expect(probe(0, 0)).toBeCloseTo(2, 9);
    expect(probe(0, 60)).toBeCloseTo(0.25, 9);
    expect(probe(-64, 0.1)).toBeCloseTo(8, 9);
    expect(probe(-100, 0.1)).toBeCloseTo(12, 9);
    expect(rate(wide, { isProbing: true, probedFor: 0, room: 0, lag: 0.1 })).toBeCloseTo(52, 9);
  });

  test("goes faster and faster beyond it where the probe is overdue, and never waits", () => {
    expect(rate(bucket(-3), { isProbing: true, probedFor: 10 })).toBeCloseTo(26, 9);
    expect(levelPlan(bucket(-500), 0, { ...follow, isProbing: true, probedFor: 20 })?.notBefore).toBe(0);
    expect(rate(bucket(0, { limit: 0.6 }), { isProbing: true })).toBeCloseTo(0.26, 9);
  });

  test("leaves what is promised to unfinished requests alone", () => {
    expect(rate(bucket(200), { reserved: 150 })).toBe(rate(bucket(50)));
    expect(rate(bucket(100, { variance: 0 }), { headroom: 50 })).toBeLessThan(rate(bucket(100, { variance: 0 })));
  });

  test("never bursts where the limit holds for each second, and never on a sliding log", () => {
    expect(rate(quota({ kind: "refill", isPerSecond: true }, { level: 600 }))).toBeCloseTo(9.8, 9);
    expect(rate(quota({ kind: "sliding" }, { level: 600 }))).toBe(10);
  });
});

describe("a fixed window", () => {
  const window = (level: number, changes: Partial<QuotaState> = {}) => quota({ kind: "window" }, { level, ...changes });

  test("is what is left over the time that is left", () => {
    expect(rate(window(300.5, { variance: 0 }))).toBeCloseTo(5, 9);
    expect(rate(window(600.5, { variance: 0 }))).toBeCloseTo(10, 9);
  });

  test("sleeps until its end once it is spent", () => {
    const plan = levelPlan(window(0.4), 0, follow);
    expect(plan?.notBefore).toBeCloseTo(60.03, 9);
    const state = window(0.4);
    const late = { ...state, reset: { ...state.reset, skew: 0.5 } };
    expect(levelPlan(late, 0, follow)?.notBefore).toBeCloseTo(60.53, 9);
  });

  test("keeps a reserve for others that headers show too late, a twentieth at most", () => {
    expect(rate(window(300, { others: 4, lag: 20, variance: 1e4 }))).toBeCloseTo((300 - 30) / 60, 9);
  });

  test("can be followed without knowing its length", () => {
    const state = window(300.5, { variance: 0 });
    expect(rate({ ...state, reset: { ...state.reset, window: null } })).toBeCloseTo(5, 9);
  });
});

describe("a limit without a level", () => {
  test("is followed a little below, and above for a probe", () => {
    const short = quota({ kind: "window", windowMs: 1000 }, { limit: 10, level: 3 });
    expect(rate(short, { tier: 1 })).toBeCloseTo(9.8, 9);
    expect(rate(short, { tier: 1, isProbing: true })).toBeCloseTo(13, 9);
  });

  test("gives no rate where the window is unknown", () => {
    expect(levelPlan(createQuota({}), 0, { ...follow, tier: 1 })).toBeNull();
  });
});

describe("laws of the plan", () => {
  const state = fc.record({
    level: fc.double({ min: -1e5, max: 1e6, noNaN: true }),
    others: fc.double({ min: -0.5, max: 0.9, noNaN: true }),
    variance: fc.double({ min: 0, max: 1e6, noNaN: true }),
    limit: fc.double({ min: 0.01, max: 1e6, noNaN: true }),
    isShared: fc.boolean(),
  });

  test("the rate is between a fiftieth and twice the refill, and at most the limit in tier 1", () => {
    fc.assert(
      fc.property(state, fc.constantFrom("refill", "window", "sliding"), fc.boolean(), (drawn, kind, isProbing) => {
        const { level, others, variance, limit, isShared } = drawn;
        const refill = limit / 60;
        const changes = { level, variance, limit, others: others * refill, sharedAt: isShared ? 0 : null };
        const made = quota({ kind: kind as "refill" }, changes);
        const plan = levelPlan(made, 0, { ...follow, isProbing });
        expect(plan?.rate).toBeGreaterThanOrEqual(0.02 * refill * (1 - 1e-9));
        // A probe of a tiny limit adds a quarter of a send a second, or it would take ages.
        const most = isProbing ? Math.max(2 * refill, refill + 0.25) : 2 * refill;
        expect(plan?.rate).toBeLessThanOrEqual(most * (1 + 1e-9));
        expect(plan?.notBefore).toSatisfy(Number.isFinite);
        expect(rate(made, { tier: 1 })).toBeLessThanOrEqual(refill);
      }),
    );
  });

  test("a server twice as fast is followed twice as fast", () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 600, noNaN: true }), fc.integer({ min: 1, max: 3 }), (level, scale) => {
        const slow = quota({ kind: "refill", windowMs: 600_000 }, { level, limit: 6000 });
        const fast = quota({ kind: "refill", windowMs: 600_000 / scale }, { level, limit: 6000 });
        expect(rate(fast)).toBeCloseTo(scale * rate(slow), 6);
      }),
    );
  });

  test("a dimension whose unit is a thousand times smaller is followed a thousand times faster", () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 600, noNaN: true }), fc.constantFrom("refill", "window"), (level, kind) => {
        const requests = quota({ kind: kind as "refill" }, { level, variance: 2 });
        const tokens = quota(
          { kind: kind as "refill" },
          { level: level * 1000, variance: 2e6, unit: 1000, limit: 600_000 },
        );
        expect(rate(tokens)).toBeCloseTo(1000 * rate(requests), 3);
        expect(levelPlan(tokens, 0, follow)?.notBefore).toBeCloseTo(levelPlan(requests, 0, follow)?.notBefore ?? -1, 9);
      }),
    );
  });
});
