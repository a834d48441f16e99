import { describe, expect, it } from "vitest";
import { createTogetherLimit, type Limit } from "../../../simulations/index.js";

const USAGE_WINDOW_MS = 600_000;
const request = { key: "k", cost: {} };

/** Sends this share of what is allowed, evenly, and tells what is allowed afterwards. */
function sendShare(limit: Limit, share: number, fromMs: number, untilMs: number): number {
  for (let nowMs = fromMs; nowMs < untilMs; ) {
    limit.admit(nowMs, request);
    nowMs += 1000 / (share * limit.allowed(nowMs, "k").requests);
  }
  return limit.allowed(untilMs, "k").requests;
}

/** The positive solution of z = 2u(1 - e^-z), by iteration: growth in each usage window at a steady share u. */
function growthAt(share: number): number {
  let growth = 2;
  for (let round = 0; round < 200; round++) growth = 2 * share * (1 - Math.exp(-growth));
  return growth;
}

function counts(limit: Limit, ratePerSecond: number, seconds: number): Record<string, number> {
  const seen: Record<string, number> = { accepted: 0, throttled: 0, overloaded: 0 };
  for (let index = 0; index < ratePerSecond * seconds; index++) {
    const { outcome } = limit.admit((index * 1000) / ratePerSecond, request);
    seen[outcome] = (seen[outcome] ?? 0) + 1;
  }
  return seen;
}

describe("Together's dynamic rate", () => {
  it.each([0.75, 0.9, 1])("grows as its formula implies where the share %f of it is used", (share) => {
    const limit = createTogetherLimit({ usageWindowMs: USAGE_WINDOW_MS, usageInitial: 1, requests: { cap: 1e6 } });
    const before = sendShare(limit, share, 0, 2 * USAGE_WINDOW_MS);
    const after = sendShare(limit, share, 2 * USAGE_WINDOW_MS, 3 * USAGE_WINDOW_MS);
    expect(Math.log(after / before) / growthAt(share)).toBeGreaterThan(0.97);
    expect(Math.log(after / before) / growthAt(share)).toBeLessThan(1.03);
  });

  it("never grows at half use, and falls back to its base when unused", () => {
    const limit = createTogetherLimit({ usageWindowMs: USAGE_WINDOW_MS, usageInitial: 10 });
    expect(limit.allowed(0, "k").requests).toBeCloseTo(20, 6);
    expect(sendShare(limit, 0.5, 0, 3 * USAGE_WINDOW_MS)).toBeLessThan(20.2);
    expect(limit.allowed(4.01 * USAGE_WINDOW_MS, "k").requests).toBe(1);
  });

  it("stays between base and cap", () => {
    const limit = createTogetherLimit({ usageWindowMs: 10_000, requests: { base: 2, cap: 5 } });
    expect(limit.allowed(0, "k").requests).toBe(2);
    expect(sendShare(limit, 1, 0, 120_000)).toBe(5);
  });

  it("is each organisation's own", () => {
    const limit = createTogetherLimit({ usageWindowMs: 10_000 });
    sendShare(limit, 1, 0, 60_000);
    expect(limit.allowed(60_000, "k").requests).toBeGreaterThan(10);
    expect(limit.allowed(60_000, "other").requests).toBe(1);
  });

  it("strict: throttles above the rate, and calls a lack of capacity below it 503", () => {
    const requests = { base: 10, cap: 10 };
    const above = counts(createTogetherLimit({ requests }), 20, 60);
    expect(above["overloaded"]).toBe(0);
    expect(above["accepted"]).toBeLessThanOrEqual(10 * 60 + 10);
    const below = counts(createTogetherLimit({ requests, capacityPerSecond: 4 }), 8, 60);
    expect(below["throttled"]).toBe(0);
    expect(below["accepted"]).toBeLessThanOrEqual(4 * 60 + 8);
    expect(below["accepted"]).toBeGreaterThanOrEqual(4 * 60);
  });

  it("attribution: lets in what there is capacity for, even above the rate, and names a failure by the rate", () => {
    const requests = { base: 10, cap: 10 };
    const roomy = counts(createTogetherLimit({ requests, mode: "attribution", capacityPerSecond: 30 }), 20, 60);
    expect(roomy).toEqual({ accepted: 1_200, throttled: 0, overloaded: 0 });
    const short = counts(createTogetherLimit({ requests, mode: "attribution", capacityPerSecond: 5 }), 20, 60);
    expect(short["throttled"]).toBeGreaterThan(500);
    expect(short["overloaded"]).toBeGreaterThan(100);
    const modest = counts(createTogetherLimit({ requests, mode: "attribution", capacityPerSecond: 5 }), 8, 60);
    expect(modest["throttled"]).toBe(0);
  });

  it("limits tokens by their own rate, and says so", () => {
    const limit = createTogetherLimit({ requests: { base: 50 }, tokens: { base: 100, cap: 1_000 } });
    expect(limit.admit(0, { key: "k", cost: { tokens: 80 } }).outcome).toBe("accepted");
    const refused = limit.admit(0, { key: "k", cost: { tokens: 80 } });
    expect(refused).toMatchObject({ outcome: "throttled", refused: { dimension: "tokens" }, retryAfterMs: 600 });
    expect(limit.quotas(0, "k").map(({ dimension, scope, limit }) => [dimension, scope, limit])).toEqual([
      ["requests", undefined, 50],
      ["requests", "dynamic", 50],
      ["tokens", undefined, 100],
      ["tokens", "dynamic", 100],
    ]);
  });

  it("can be held at a rate, and given back to its rule", () => {
    const limit = createTogetherLimit({ requests: { base: 3 } });
    limit.change(0, { requestsPerSecond: 40 });
    expect(limit.allowed(0, "k").requests).toBe(40);
    limit.change(0, { requestsPerSecond: null });
    expect(limit.allowed(0, "k").requests).toBe(3);
  });
});
