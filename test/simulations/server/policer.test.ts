import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFixedWindow, createLimit, createPolicer } from "../../../simulations/index.js";

const arrival = (tokens = 0, key = "k") => ({ key, cost: { requests: 1, tokens } });

describe("a policer", () => {
  it("lets in at most depth + rate x time over any interval, and all of what keeps to its rate", () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 0, max: 5_000 }),
        gaps,
        (rate, depthMs, gapsMs) => {
          const limit = createPolicer({ requestsPerSecond: rate, depthMs });
          const depth = Math.max(1, (rate * depthMs) / 1000);
          const acceptedAtMs: number[] = [];
          let nowMs = 0;
          for (const gapMs of gapsMs) {
            nowMs += gapMs;
            if (limit.admit(nowMs, arrival()).outcome === "accepted") acceptedAtMs.push(nowMs);
          }
          let excess = 0;
          for (let from = 0; from < acceptedAtMs.length; from++) {
            for (let to = from; to < acceptedAtMs.length; to++) {
              const seconds = ((acceptedAtMs[to] ?? 0) - (acceptedAtMs[from] ?? 0)) / 1000;
              excess = Math.max(excess, to - from + 1 - (depth + rate * seconds));
            }
          }
          expect(excess).toBeLessThan(1e-6);
        },
      ),
    );
  });

  it("refuses nothing that comes at its rate", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 100, noNaN: true }), (rate) => {
        const limit = createPolicer({ requestsPerSecond: rate, depthMs: 0 });
        const outcomes = Array.from(
          { length: 300 },
          (_, index) => limit.admit((index * 1000) / rate, arrival()).outcome,
        );
        expect(outcomes.filter((outcome) => outcome !== "accepted")).toEqual([]);
      }),
    );
  });

  it("says how long to wait, and lets in what waited so long", () => {
    const limit = createPolicer({ requestsPerSecond: 3, depthMs: 1_000 });
    for (let index = 0; index < 3; index++) limit.admit(0, arrival());
    const refused = limit.admit(0, arrival());
    expect(refused).toMatchObject({ outcome: "throttled", refused: { dimension: "requests" } });
    expect(limit.admit((refused.retryAfterMs ?? 0) - 1, arrival()).outcome).toBe("throttled");
    expect(limit.admit(refused.retryAfterMs ?? 0, arrival()).outcome).toBe("accepted");
  });

  it("counts requests and tokens at once, names the one that was short, and settles what came later", () => {
    const limit = createPolicer({ requestsPerSecond: 100, tokensPerSecond: 1_000 });
    expect(limit.admit(0, arrival(600)).outcome).toBe("accepted");
    expect(limit.admit(0, arrival(600))).toMatchObject({ refused: { dimension: "tokens" }, retryAfterMs: 200 });
    expect(limit.admit(0, arrival(1_001))).toMatchObject({ refused: { dimension: "tokens", neverFits: true } });
    limit.settle(0, { key: "k", cost: { tokens: 900 } });
    expect(limit.admit(0, arrival(100))).toMatchObject({ retryAfterMs: 600 });
  });

  it("obeys the refill identity: reset = (limit - remaining) x window / limit", () => {
    const limit = createPolicer({ requestsPerSecond: 10, windowMs: 60_000 });
    for (let index = 0; index < 7; index++) limit.admit(0, arrival());
    limit.admit(0, arrival());
    expect(limit.quotas(0, "k")).toEqual([
      { dimension: "requests", limit: 600, remaining: 592, windowMs: 60_000, resetInMs: 800 },
    ]);
  });

  it("keeps keys apart", () => {
    const limit = createPolicer({ requestsPerSecond: 1 });
    const outcomes = ["a", "b", "a", "b"].map((key) => limit.admit(0, arrival(0, key)).outcome);
    expect(outcomes).toEqual(["accepted", "accepted", "throttled", "throttled"]);
  });

  it("moves up and down while it runs, to 0 and back", () => {
    const limit = createPolicer({ requestsPerSecond: 10 });
    const acceptedFrom = (fromMs: number) => {
      let accepted = 0;
      for (let nowMs = fromMs; nowMs < fromMs + 20_000; nowMs += 10) {
        if (limit.admit(nowMs, arrival()).outcome === "accepted") accepted++;
      }
      return accepted;
    };
    expect(acceptedFrom(0)).toBeGreaterThanOrEqual(200);
    limit.change(20_000, { requestsPerSecond: 2 });
    expect(acceptedFrom(20_000)).toBeLessThanOrEqual(42);
    limit.change(40_000, { requestsPerSecond: 0 });
    expect([acceptedFrom(40_000), limit.admit(60_000, arrival()).retryAfterMs]).toEqual([0, undefined]);
    limit.change(60_000, { requestsPerSecond: null });
    expect(acceptedFrom(60_000)).toBe(2_000);
  });

  it("charges refused requests where it is told to, so that hammering gets in less", () => {
    const accepted = (countsRefused: boolean) => {
      const limit = createPolicer({ requestsPerSecond: 1, countsRefused });
      let count = 0;
      for (let nowMs = 0; nowMs < 60_000; nowMs += 100) {
        if (limit.admit(nowMs, arrival()).outcome === "accepted") count++;
      }
      return count;
    };
    expect([accepted(false), accepted(true)]).toEqual([60, 1]);
  });
});

describe("a fixed window", () => {
  it("lets its whole quota in at once, nothing more until it ends, and says when", () => {
    const limit = createFixedWindow({ requestsPerSecond: 0.1, windowMs: 60_000 });
    const outcomes = Array.from({ length: 7 }, () => limit.admit(20_000, arrival()).outcome);
    expect(outcomes.filter((outcome) => outcome === "accepted")).toHaveLength(6);
    expect(limit.admit(20_000, arrival()).retryAfterMs).toBe(40_000);
    expect(limit.quotas(20_000, "k")).toMatchObject([{ limit: 6, remaining: 0, resetInMs: 40_000, windowMs: 60_000 }]);
    expect(limit.admit(60_000, arrival()).outcome).toBe("accepted");
  });
});

describe("a platform of finite capacity", () => {
  it("answers 503 to what it can't carry, whoever asks, and charges it to nobody", () => {
    const limit = createLimit({ kind: "policer", requestsPerSecond: 3, capacityPerSecond: 4, smoothingMs: 1_000 });
    const outcomes = ["a", "a", "a", "a", "b", "b"].map((key) => limit.admit(0, arrival(0, key)).outcome);
    expect(outcomes).toEqual(["accepted", "accepted", "accepted", "throttled", "accepted", "overloaded"]);
    expect(limit.allowed(0, "a").requests).toBe(3);
    limit.change(0, { capacityPerSecond: 1 });
    expect(limit.allowed(0, "a").requests).toBe(1);
    limit.change(0, { capacityPerSecond: null });
    expect(limit.admit(0, arrival(0, "b")).outcome).toBe("accepted");
  });
});
