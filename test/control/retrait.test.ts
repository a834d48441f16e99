import { describe, expect, it } from "vitest";
import { createBudget, onResponse, onSend, planOf, type Stamp, viewOf } from "../../src/control/budget.js";
import { withTraits } from "../../src/control/retrait.js";
import { balanced } from "./loop.js";

const MINUTE = { kind: "refill", windowMs: 60_000, isPerSecond: true } as const;
const quota = { dimension: "requests", limit: 600, remaining: 300 } as const;

function sent(count: number) {
  let state = createBudget(balanced, 0);
  const stamps: Stamp[] = [];
  for (let i = 0; i < count; i++) {
    const event = { nowMs: 10 * i, charged: 1, expected: 0, inFlightBefore: i, isBurst: i > 0, isBottleneck: false };
    const next = onSend(state, event);
    state = next.state;
    stamps.push(next.stamp);
  }
  return { state, stamps };
}

const answered = (state: ReturnType<typeof sent>["state"], stamp: Stamp, nowMs: number) =>
  onResponse(state, { nowMs, stamp, verdict: "accepted", quota, dice: 0.5 }).state;

describe("a budget whose server is recognised while tries are in flight", () => {
  it("counts them as spent once the first of them is answered", () => {
    const { state, stamps } = sent(3);
    const first = answered(withTraits(state, MINUTE), stamps[0] as Stamp, 300);
    // 300 were left after the first one; two more are spent, and three have come back.
    expect(viewOf(first, 300)).toMatchObject({ limitPerSecond: 10, phase: "follow" });
    expect(viewOf(first, 300).remaining).toBeCloseTo(301, 9);
    const second = answered(first, stamps[1] as Stamp, 310);
    expect(second.quota.newest).toBe(2);
  });

  it("bursts no longer where the limit holds by the second", () => {
    const { state } = sent(1);
    expect(planOf(state, 0).burst).toBe(5);
    expect(planOf(withTraits(state, MINUTE), 0).burst).toBe(1);
    expect(planOf(withTraits(state, { kind: "refill" }), 0).burst).toBe(5);
  });

  it("keeps what it has observed, and the law as it was", () => {
    const { state, stamps } = sent(2);
    const known = answered(withTraits(state, MINUTE), stamps[0] as Stamp, 300);
    const again = withTraits(known, { kind: "window", windowMs: 1_000 });
    expect(again.quota).toBe(known.quota);
    expect(again.law).toBe(known.law);
  });
});
