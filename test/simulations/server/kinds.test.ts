import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLimit, type Limit, type LimitSpec } from "../../../simulations/index.js";

const ONE = { key: "k", cost: {} };

/** When those of so many tries were let in that came at these distances. */
function acceptedAt(limit: Limit, gapsMs: readonly number[]): number[] {
  let nowMs = 0;
  return gapsMs.flatMap((gapMs) => {
    nowMs += gapMs;
    return limit.admit(nowMs, ONE).outcome === "accepted" ? [nowMs] : [];
  });
}

/** Sends as fast as it is let in, and tells how often in each stretch of this length. */
function greedily(limit: Limit, stretchMs: number, stretches: number): number[] {
  const counts = Array<number>(stretches).fill(0);
  for (let nowMs = 0; nowMs < stretchMs * stretches; ) {
    const waitMs = limit.waitMs(nowMs, ONE);
    if (waitMs > 0) {
      nowMs += Math.min(waitMs, 1_000);
      continue;
    }
    limit.admit(nowMs, ONE);
    const stretch = Math.floor(nowMs / stretchMs);
    counts[stretch] = (counts[stretch] ?? 0) + 1;
  }
  return counts;
}

const rates = fc.integer({ min: 1, max: 50 });
const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 200 });

describe("GCRA", () => {
  it("lets in at most burst + rate x time over any interval", () => {
    fc.assert(
      fc.property(rates, fc.integer({ min: 0, max: 5_000 }), gaps, (rate, burstMs, gapsMs) => {
        const times = acceptedAt(createLimit({ kind: "gcra", requestsPerSecond: rate, burstMs }), gapsMs);
        const burst = Math.max(1, (rate * burstMs) / 1000);
        for (const [from, fromMs] of times.entries()) {
          for (const [more, toMs] of times.slice(from).entries()) {
            expect(more + 1).toBeLessThanOrEqual(burst + (rate * (toMs - fromMs)) / 1000 + 1e-6);
          }
        }
      }),
    );
  });

  it("decides as a bucket of that depth does", () => {
    fc.assert(
      fc.property(rates, fc.integer({ min: 100, max: 5_000 }), gaps, (rate, depthMs, gapsMs) => {
        const gcra = createLimit({ kind: "gcra", requestsPerSecond: rate, burstMs: depthMs });
        const bucket = createLimit({ kind: "policer", requestsPerSecond: rate, depthMs });
        expect(acceptedAt(gcra, gapsMs)).toEqual(acceptedAt(bucket, gapsMs));
      }),
    );
  });
});

describe("a sliding log", () => {
  it("lets in at most its limit over any window, and all that keeps below it", () => {
    fc.assert(
      fc.property(rates, fc.integer({ min: 1_000, max: 10_000 }), gaps, (rate, windowMs, gapsMs) => {
        const times = acceptedAt(createLimit({ kind: "sliding", requestsPerSecond: rate, windowMs }), gapsMs);
        const most = Math.floor((rate * windowMs) / 1000);
        for (const [from, fromMs] of times.entries()) {
          const within = times.slice(from).filter((atMs) => atMs < fromMs + windowMs);
          expect(within.length).toBeLessThanOrEqual(most);
        }
        expect(times.length).toBeGreaterThanOrEqual(Math.min(most, gapsMs.length));
      }),
    );
  });

  it("locks out for good who hammers it, where refused tries count", () => {
    const accepted = (countsRefused: boolean): number =>
      acceptedAt(createLimit({ kind: "sliding", requestsPerSecond: 1, countsRefused }), Array(3_000).fill(100)).length;
    expect([accepted(false), accepted(true)]).toEqual([300, 60]);
  });
});

describe("Fireworks' steps", () => {
  const spec: LimitSpec = { kind: "fireworks", base: 5, cap: 20, stepEveryMs: 90_000 };

  it("goes up by a quarter where more than half is used, no sooner and no higher than it may", () => {
    const perSecond = greedily(createLimit(spec), 90_000, 9).map((count) => count / 90);
    const expected = Array.from({ length: 9 }, (_, step) => Math.min(20, 5 * 1.25 ** step));
    for (const [step, rate] of perSecond.entries()) expect(rate / (expected[step] ?? 0)).toBeCloseTo(1, 1);
  });

  it("stays where less is used", () => {
    const limit = createLimit(spec);
    acceptedAt(limit, Array(600).fill(450));
    expect(limit.allowed(270_000, "k").requests).toBe(5);
  });
});

describe("an acceleration limit", () => {
  const spec: LimitSpec = { kind: "acceleration", base: 10, growth: 0.5, periodMs: 900_000 };

  it("grows by half each period for who always sends all that is allowed", () => {
    const perSecond = greedily(createLimit(spec), 900_000, 4).map((count) => count / 900);
    for (const [period, rate] of perSecond.entries()) expect(rate / (10 * 1.5 ** period)).toBeCloseTo(1, 1);
  });

  it("refuses what grows faster, holds no moment's pause against a steady sender, and forgets one who has gone", () => {
    const limit = createLimit(spec);
    greedily(limit, 900_000, 2);
    expect(limit.allowed(1_800_000, "k").requests).toBeGreaterThan(20);
    expect(limit.allowed(1_860_000, "k").requests).toBeGreaterThan(13);
    expect(limit.allowed(5_400_000, "k").requests).toBe(10);
  });
});

describe("a limit that follows use with a short memory", () => {
  const spec: LimitSpec = { kind: "together", factor: 1.3, usageWindowMs: 30_000, requests: { base: 1, cap: 40 } };

  it("is 1.3 x the mean of what was let in over half a minute", () => {
    const limit = createLimit(spec);
    greedily(limit, 60_000, 6);
    expect(limit.allowed(360_000, "k").requests).toBe(40);
    acceptedAtFrom(limit, 360_000, 10, 60);
    expect(limit.allowed(420_000, "k").requests).toBeCloseTo(13, 0);
  });

  function acceptedAtFrom(limit: Limit, fromMs: number, rate: number, seconds: number): void {
    for (let count = 0; count < rate * seconds; count++) limit.admit(fromMs + (count * 1000) / rate, ONE);
  }
});

describe("a limit on concurrency", () => {
  it.each([
    [false, "saturated", "concurrency"],
    [true, "throttled", "requests"],
  ] as const)("(unsaid: %s) says %s, and one that ends makes room", (isInFlightUnsaid, outcome, dimension) => {
    const limit = createLimit({ kind: "concurrency", inFlightMax: 2, isInFlightUnsaid });
    const admissions = Array.from({ length: 3 }, () => limit.admit(0, ONE));
    expect(admissions.map((each) => each.outcome)).toEqual(["accepted", "accepted", outcome]);
    expect(admissions[2]).toEqual({ outcome, refused: { dimension } });
    expect(limit.waitMs(0, ONE)).toBe(Number.POSITIVE_INFINITY);
    limit.settle(0, ONE);
    expect([limit.waitMs(0, ONE), limit.admit(0, ONE).outcome]).toEqual([0, "accepted"]);
  });
});

describe("a silent line", () => {
  it("refuses nobody, and lets each wait for all who came before", () => {
    const limit = createLimit({ kind: "silent", requestsPerSecond: 10 });
    const queued = Array.from({ length: 5 }, () => limit.admit(0, ONE).queuedMs);
    expect(queued).toEqual([0, 100, 200, 300, 400]);
    expect(limit.waitMs(200, ONE)).toBe(300);
  });

  it("keeps who waits in it when it becomes slower, and gives up who would wait too long", () => {
    const limit = createLimit({ kind: "silent", requestsPerSecond: 10, timeoutMs: 1_500 });
    for (let count = 0; count < 10; count++) limit.admit(0, ONE);
    limit.change(0, { requestsPerSecond: 5 });
    expect(limit.admit(0, ONE)).toEqual({ outcome: "accepted", queuedMs: 1_500, isTimedOut: true });
  });
});

describe("a cold model", () => {
  it("is loaded by whoever asks first, and again after it was left alone", () => {
    const limit = createLimit({ kind: "policer", coldStartMs: 60_000, unloadAfterMs: 300_000 });
    const outcomes = [5_000, 64_999, 65_000, 100_000, 500_000].map((nowMs) => limit.admit(nowMs, ONE).outcome);
    expect(outcomes).toEqual(["overloaded", "overloaded", "accepted", "accepted", "overloaded"]);
    expect(limit.waitMs(500_000, ONE)).toBe(60_000);
  });
});

describe("attribution", () => {
  it("uses an idle platform's slack, and calls what fails above one's own rate 429 and below it 503", () => {
    const limit = createLimit({
      kind: "together",
      mode: "attribution",
      requests: { base: 5, cap: 5 },
      capacityPerSecond: 20,
      smoothingMs: 1_000,
    });
    const outcomes = acceptedAt(limit, Array(200).fill(50));
    expect(outcomes).toHaveLength(200);
    const burst = Array.from({ length: 20 }, () => limit.admit(10_000, ONE).outcome);
    expect(new Set(burst)).toEqual(new Set(["accepted", "throttled"]));
    expect(limit.admit(11_000, { key: "modest", cost: {} }).outcome).toBe("accepted");
    while (limit.waitMs(11_000, ONE) === 0) limit.admit(11_000, ONE);
    expect(limit.admit(11_000, { key: "modest", cost: {} }).outcome).toBe("overloaded");
  });
});
