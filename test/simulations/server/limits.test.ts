import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLimit, type LimitSpec } from "../../../simulations/index.js";

const arrival = (tokens = 0, key = "k") => ({ key, cost: { tokens } });

/** Every kind whose limit stands still while nothing comes, at a given rate. */
const KINDS: readonly (readonly [string, (rate: number) => LimitSpec])[] = [
  ["policer", (rate) => ({ kind: "policer", requestsPerSecond: rate, tokensPerSecond: 100 * rate })],
  ["policer, deep", (rate) => ({ kind: "policer", requestsPerSecond: rate, depthMs: 20_000 })],
  ["policer that counts refusals", (rate) => ({ kind: "policer", requestsPerSecond: rate, countsRefused: true })],
  ["window", (rate) => ({ kind: "window", requestsPerSecond: rate, windowMs: 7_000, phaseMs: 1_234 })],
  ["sliding", (rate) => ({ kind: "sliding", requestsPerSecond: rate, tokensPerSecond: 100 * rate, windowMs: 5_000 })],
  [
    "sliding that counts refusals",
    (rate) => ({ kind: "sliding", requestsPerSecond: rate, windowMs: 5_000, countsRefused: true }),
  ],
  ["gcra", (rate) => ({ kind: "gcra", requestsPerSecond: rate })],
  [
    "gcra with a burst",
    (rate) => ({ kind: "gcra", requestsPerSecond: rate, tokensPerSecond: 100 * rate, burstMs: 3_000 }),
  ],
  [
    "capacity",
    (rate) => ({ kind: "policer", requestsPerSecond: 2 * rate, capacityPerSecond: rate, smoothingMs: 1_500 }),
  ],
  [
    "together, attribution",
    (rate) => ({
      kind: "together",
      mode: "attribution",
      requests: { base: rate, cap: rate },
      capacityPerSecond: rate,
    }),
  ],
  [
    "together, strict",
    (rate) => ({ kind: "together", requests: { base: rate, cap: rate }, capacityPerSecond: 2 * rate }),
  ],
  ["fireworks", (rate) => ({ kind: "fireworks", base: rate, cap: rate })],
  ["acceleration", (rate) => ({ kind: "acceleration", base: rate, cap: rate })],
];

const rates = fc.double({ min: 0.3, max: 50, noNaN: true });
const gaps = fc.array(fc.tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 60 })), {
  minLength: 1,
  maxLength: 150,
});

describe.each(KINDS)("%s", (_name, specOf) => {
  it("says exactly how long a request has to wait", () => {
    fc.assert(
      fc.property(rates, gaps, (rate, arrivals) => {
        // Two of the same: one is asked at the moment, one a millisecond sooner, since asking in earnest charges.
        const [limit, sooner] = [createLimit(specOf(rate)), createLimit(specOf(rate))];
        let nowMs = 0;
        for (const [gapMs, tokens] of arrivals) {
          nowMs += gapMs;
          for (const each of [limit, sooner]) each.admit(nowMs, arrival(tokens));
        }
        const next = arrival(10);
        const waitMs = limit.waitMs(nowMs, next);
        expect(waitMs).toBeGreaterThanOrEqual(0);
        if (waitMs === Number.POSITIVE_INFINITY) return;
        if (waitMs > 1) expect(sooner.admit(nowMs + waitMs - 1, next).outcome).not.toBe("accepted");
        expect(limit.waitMs(nowMs + waitMs, next)).toBe(0);
        expect(limit.admit(nowMs + waitMs, next).outcome).toBe("accepted");
      }),
      { numRuns: 60 },
    );
  });

  it("lets in all of what comes when it says", () => {
    const limit = createLimit(specOf(7));
    let nowMs = 0;
    for (let count = 0; count < 500; count++) {
      nowMs += limit.waitMs(nowMs, arrival());
      expect(limit.admit(nowMs, arrival()).outcome).toBe("accepted");
    }
    // A fixed window begins with a whole one, a bucket with what is in it.
    expect((500 / nowMs) * 1000).toBeGreaterThan(6.8);
    expect((500 / nowMs) * 1000).toBeLessThan(10.5);
  });

  it("charges nothing for asking", () => {
    const [asked, left] = [createLimit(specOf(3)), createLimit(specOf(3))];
    for (let nowMs = 0; nowMs < 30_000; nowMs += 97) {
      for (let times = 0; times < 3; times++) asked.waitMs(nowMs, arrival());
      expect(asked.admit(nowMs, arrival())).toEqual(left.admit(nowMs, arrival()));
      expect(asked.quotas(nowMs, "k")).toEqual(left.quotas(nowMs, "k"));
    }
  });

  it("keeps organisations apart", () => {
    const limit = createLimit({ ...specOf(1), inFlightMax: 5 });
    while (limit.waitMs(0, arrival(0, "a")) === 0) limit.admit(0, arrival(0, "a"));
    // What a platform carries is everybody's.
    const isShared = "capacityPerSecond" in specOf(1);
    if (!isShared) expect(limit.waitMs(0, arrival(0, "b"))).toBe(0);
    expect(limit.waitMs(0, arrival(0, "a"))).toBeGreaterThan(0);
  });
});
