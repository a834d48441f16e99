import { describe, expect, it } from "vitest";
import {
  type BudgetSpec,
  type BudgetState,
  createBudget,
  onResponse,
  onSend,
  onSettle,
  planOf,
  predictedLevel,
  type Stamp,
  viewOf,
} from "../../src/control/budget.js";
import type { Decision, Verdict } from "../../src/control/controller.js";
import type { Quota } from "../../src/signal/signal.js";
import { balanced } from "./loop.js";

/** A budget to be told stories of. */
class Teller {
  state: BudgetState;
  nowMs = 0;

  constructor(spec: Partial<BudgetSpec> = {}) {
    this.state = createBudget({ ...balanced, ...spec }, 0);
  }

  send(options: { isBurst?: boolean; inFlight?: number; charged?: number; expected?: number } = {}): Stamp {
    const { isBurst = false, inFlight = 0, charged = 1, expected = 0 } = options;
    const event = { nowMs: this.nowMs, charged, expected, inFlightBefore: inFlight, isBurst, isBottleneck: true };
    const { state, stamp } = onSend(this.state, event);
    this.state = state;
    return stamp;
  }

  answer(stamp: Stamp, verdict: Verdict, options: { waitMs?: number; quota?: Quota } = {}): Decision {
    const { waitMs, quota } = options;
    const step = onResponse(this.state, {
      nowMs: this.nowMs,
      stamp,
      verdict,
      dice: 0.5,
      ...(waitMs !== undefined && { statedRetryAfterMs: waitMs }),
      ...(quota && { quota }),
    });
    this.state = step.state;
    return step.decision;
  }

  after(ms: number): this {
    this.nowMs += ms;
    return this;
  }

  /** Headers are approached by doubling: sends as fast as it may, until the rate asked for is reached. */
  reachFor(ratePerSecond: number): void {
    for (let i = 0; i < 20 && this.plan.ratePerSecond < ratePerSecond; i++) {
      this.after(1000 / this.plan.ratePerSecond).answer(this.send(), "void");
    }
  }

  get plan() {
    return planOf(this.state, this.nowMs);
  }
}

describe("a refusal", () => {
  it("holds the next send for one send's time, and leaves no credit", () => {
    const budget = new Teller({ rateInitial: 10 });
    const stamp = budget.send();
    expect(budget.after(100).answer(stamp, "refused").because).toBe("fresh-429");
    const { ratePerSecond, notBeforeMs, creditSinceMs } = budget.plan;
    expect(ratePerSecond).toBeCloseTo(7, 0);
    expect(notBeforeMs).toBeCloseTo(100 + 1000 / ratePerSecond, 6);
    expect(creditSinceMs).toBe(notBeforeMs);
  });

  it("of a send on credit lowers the burst, and not the rate", () => {
    const budget = new Teller({ rateInitial: 10 });
    const [first, second] = [budget.send(), budget.send({ isBurst: true })];
    budget.after(100);
    budget.answer(first, "accepted");
    expect(budget.answer(second, "refused").because).toBe("burst-refused");
    expect(budget.plan.burst).toBe(2.5);
    expect(budget.state.law.rate).toBeCloseTo(10, 9);
  });

  it("of what a burst has overtaken on its way lowers the burst too", () => {
    const budget = new Teller({ rateInitial: 10 });
    const [first, second] = [budget.send(), budget.after(1).send({ isBurst: true })];
    budget.after(5).answer(second, "accepted");
    expect(budget.answer(first, "refused").because).toBe("burst-refused");
    const alone = budget.after(1000).send();
    budget.after(60).send({ isBurst: true });
    expect(budget.answer(alone, "refused").because).toBe("fresh-429");
  });

  it("after another, with nothing let in between, waits longer each time and cuts no more", () => {
    const budget = new Teller({ rateInitial: 20 });
    budget.answer(budget.send(), "refused");
    const { rate } = budget.state.law;
    for (const sendTimes of [2, 4]) {
      const again = budget.after(1000).send();
      expect(budget.answer(again, "refused").because).toBe("nothing-let-in");
      expect(budget.plan.notBeforeMs - budget.nowMs).toBeCloseTo((1000 * sendTimes) / budget.state.law.rate, 6);
    }
    expect(budget.state.law.rate).toBeGreaterThanOrEqual(rate);
    const [passed, refused] = [budget.after(1000).send(), budget.after(100).send()];
    budget.answer(passed, "accepted");
    // What was refused before the window opened again makes this cut no deeper.
    expect(budget.answer(refused, "refused").because).toBe("fresh-429");
    expect(budget.state.law.rate).toBeGreaterThan(0.75 * refused.rate);
  });

  it("of a burst makes the next cut no deeper", () => {
    const budget = new Teller({ rateInitial: 10 });
    const burst = Array.from({ length: 4 }, () => budget.send({ isBurst: true }));
    budget.after(100);
    for (const stamp of burst) budget.answer(stamp, "refused");
    const [first, second] = [budget.after(100).send(), budget.after(100).send()];
    budget.answer(first, "accepted");
    expect(budget.answer(second, "refused").because).toBe("fresh-429");
    expect(budget.state.law.rate).toBeCloseTo(0.7 * second.rate, 6);
  });

  it("of a quarter of what was sent since the last cut cuts by a quarter, once", () => {
    const budget = new Teller({ rateInitial: 100 });
    budget.answer(budget.send(), "refused");
    const stamps = Array.from({ length: 4 }, () => budget.after(14).send());
    budget.after(30);
    expect(stamps.map((stamp) => budget.answer(stamp, "refused").because)).toEqual([
      "loss-share",
      "stale-refusal",
      "stale-refusal",
      "stale-refusal",
    ]);
    expect(budget.state.law.rate).toBeCloseTo(0.75 * (stamps[0]?.rate ?? 0), 9);
  });

  it("with a stated wait concerns its own request, and everybody only when it comes again within twice that wait", () => {
    const budget = new Teller({ rateInitial: 10 });
    budget.answer(budget.send(), "refused", { waitMs: 3_000 });
    expect(budget.plan.notBeforeMs).toBeLessThan(1_000);
    budget.after(5_000);
    budget.answer(budget.send(), "refused", { waitMs: 3_000 });
    expect(budget.plan.notBeforeMs).toBe(8_000);
    expect(viewOf(budget.state, budget.nowMs).phase).toBe("pause");
  });

  it("of a dimension without a budget begins one at what was delivered, less one cut", () => {
    const born = { refusedWithDeliveredPerSecond: 1_000 };
    const budget = new Teller({ dimension: "tokens", meanCost: 200, born });
    expect(budget.plan.ratePerSecond).toBeCloseTo(800, 9);
    expect(viewOf(budget.state, 0).phase).toBe("probe");
    const idle = new Teller({ dimension: "tokens", meanCost: 200, born: { refusedWithDeliveredPerSecond: 0 } });
    // One mean request each 20 s, at least.
    expect(idle.plan.ratePerSecond).toBe(10);
  });
});

describe("an outage", () => {
  const down = () => {
    const budget = new Teller({ rateInitial: 10 });
    for (let i = 0; i < 6; i++) budget.after(100).answer(budget.send(), "soft");
    return budget;
  };

  it("lets one probe out, and nothing while it is out", () => {
    const budget = down();
    expect(budget.plan).toMatchObject({ isProbe: true, notBeforeMs: budget.nowMs + 1_000 });
    budget.after(1_000).send();
    expect(budget.plan.notBeforeMs).toBe(Number.POSITIVE_INFINITY);
  });

  it.each<Verdict>(["lost", "void", "soft", "refused", "saturated"])("opens again when its probe is %s", (verdict) => {
    const budget = down();
    const probe = budget.after(1_000).send();
    budget.answer(probe, verdict);
    expect(budget.plan.notBeforeMs).toBeLessThan(budget.nowMs + 2_000);
  });

  it("ends with the probe's success, at two fifths of what was good", () => {
    const budget = new Teller({ rateInitial: 20 });
    budget.after(100).answer(budget.send(), "refused");
    for (let i = 0; i < 6; i++) budget.after(1_000).answer(budget.send(), "soft");
    const good = budget.state.outage.down?.rate ?? 0;
    const probe = budget.after(1_000).send();
    expect(budget.after(200).answer(probe, "accepted").because).toBe("outage-over");
    expect(budget.plan.ratePerSecond).toBeCloseTo(0.4 * good, 9);
    expect(viewOf(budget.state, budget.nowMs).phase).toBe("recover");
  });

  it("that began before the limit was met leaves none behind: the start begins anew", () => {
    const budget = down();
    const probe = budget.after(1_000).send();
    budget.after(200).answer(probe, "accepted");
    expect(budget.plan.ratePerSecond).toBe(10);
    expect(viewOf(budget.state, budget.nowMs).phase).toBe("start");
  });

  it("isn't ended, nor prolonged, by answers to what was sent before it", () => {
    const budget = new Teller({ rateInitial: 10 });
    const early = budget.send();
    for (let i = 0; i < 6; i++) budget.after(100).answer(budget.send(), "soft");
    expect(budget.answer(early, "accepted").because).toBe("outage-wait");
    expect(budget.plan.isProbe).toBe(true);
  });
});

describe("a try that is answered twice", () => {
  const quota = (remaining: number): Quota => ({ dimension: "requests", limit: 600, remaining });

  it("first accepted, then refused in its body, cuts once and counts one refusal", () => {
    const budget = new Teller({ rateInitial: 10 });
    const stamps = [budget.send(), budget.send(), budget.send(), budget.send()];
    for (const stamp of stamps) budget.after(50).answer(stamp, "accepted");
    const [stamp] = stamps as [Stamp];
    expect(budget.after(2_000).answer(stamp, "refused").because).toBe("fresh-429");
    const { law } = budget.state;
    expect(law).toMatchObject({ epoch: 1, rate: 7 });
    expect(budget.answer(stamp, "refused").because).toBe("stale-refusal");
    expect(budget.state.law).toBe(law);
  });

  it("first accepted, then failed in its body, is one failure of the server's", () => {
    const budget = new Teller({ rateInitial: 10 });
    const stamp = budget.send();
    budget.after(100).answer(stamp, "accepted");
    expect(budget.after(100).answer(stamp, "soft").because).toBe("soft-failure");
    expect(budget.state.outage.failures).toBe(1);
    expect(budget.state.law.rate).toBe(10);
  });

  it("gives its units back once at most, and not where a header has shown the level with it", () => {
    const budget = new Teller({ traits: { kind: "refill", windowMs: 60_000 } });
    budget.answer(budget.send(), "accepted", { quota: quota(300) });
    const [shown, unshown] = [budget.send(), budget.send()];
    budget.answer(shown, "accepted", { quota: quota(299) });
    budget.answer(unshown, "accepted");
    const left = () => viewOf(budget.state, budget.nowMs).remaining;
    expect(left()).toBeCloseTo(298, 9);
    budget.answer(shown, "void");
    expect(left()).toBeCloseTo(298, 9);
    for (let i = 0; i < 2; i++) budget.answer(unshown, "void");
    expect(left()).toBeCloseTo(299, 9);
  });

  it("as a probe of an outage that is over ends no probe of the next one", () => {
    const budget = new Teller({ rateInitial: 10 });
    const fail = () => {
      for (let i = 0; i < 12; i++) budget.answer(budget.after(100).send(), "soft");
    };
    fail();
    const old = budget.after(20_000).send();
    expect(old.isProbe).toBe(true);
    budget.after(100).answer(old, "accepted");
    fail();
    const probe = budget.after(20_000).send();
    expect(probe.isProbe).toBe(true);
    budget.answer(old, "soft");
    expect(budget.state.outage.down?.probedAt).not.toBeNull();
  });
});

describe("a drought", () => {
  const inDrought = () => {
    const budget = new Teller({ rateInitial: 10 });
    for (let i = 0; i < 4; i++) {
      const stamp = budget.after(500).send();
      budget.after(100).answer(stamp, "refused");
    }
    expect(budget.state.outage.down?.kind).toBe("refusals");
    return budget.after(5_000);
  };

  it("is over when its probe isn't refused in time, however late its answer, and says so at the next send", () => {
    const budget = inDrought();
    const probe = budget.send();
    expect(budget.plan).toMatchObject({ isProbe: false, notBeforeMs: budget.nowMs + 1_000 });
    budget.after(1_000);
    const event = {
      nowMs: budget.nowMs,
      charged: 1,
      expected: 0,
      inFlightBefore: 1,
      isBurst: false,
      isBottleneck: true,
    };
    const { state, stamp, decision } = onSend(budget.state, event);
    expect(decision).toMatchObject({ move: "increase", because: "outage-over", atMs: budget.nowMs });
    expect(stamp.isProbe).toBe(false);
    expect(state.outage.down).toBeNull();
    budget.state = state;
    expect(budget.after(50).answer(probe, "refused").because).toBe("stale-refusal");
  });

  it("goes on while its probe is refused", () => {
    const budget = inDrought();
    const probe = budget.send();
    expect(budget.after(100).answer(probe, "refused").because).toBe("outage-probe-failed");
    expect(budget.plan.isProbe).toBe(true);
  });
});

describe("a try that is lost", () => {
  it("teaches nothing, keeps what the server may have charged, and releases what was reserved", () => {
    const budget = new Teller({ dimension: "tokens", meanCost: 500, traits: { kind: "refill", windowMs: 60_000 } });
    const quota: Quota = { dimension: "tokens", limit: 60_000, remaining: 10_000 };
    budget.answer(budget.send({ charged: 100 }), "accepted", { quota });
    const stamp = budget.send({ charged: 100, expected: 400 });
    const { law, quota: known } = budget.state;
    expect(budget.answer(stamp, "lost").because).toBe("lost");
    budget.state = onSettle(budget.state, { nowMs: 0, stamp, actual: undefined });
    expect(budget.state.law).toBe(law);
    expect(budget.state.quota).toBe(known);
    expect(budget.state.tokens).toMatchObject({ reserved: 0, unfinished: 0 });
  });
});

describe("explicit evidence of concurrency", () => {
  it("moves the number in flight, and leaves the rate", () => {
    const budget = new Teller({ rateInitial: 10 });
    const stamp = budget.send({ inFlight: 12 });
    expect(budget.answer(stamp, "saturated").because).toBe("saturated");
    expect(budget.plan.inFlightMax).toBe(12);
    expect(budget.state.law.rate).toBe(10);
    // Asked again once an epoch has passed, it may try one more.
    expect(budget.plan.validUntilMs).toBe(15_000);
    expect(budget.after(15_000).plan.inFlightMax).toBe(13);
  });
});

describe("a budget of concurrency", () => {
  it("allows the number in flight that is advertised, or less where that proved too many; and has no rate", () => {
    const born = { quota: { dimension: "concurrency", limit: 20, remaining: 18, resetInMs: 1_000, windowMs: 60_000 } };
    const budget = new Teller({ dimension: "concurrency", born });
    expect(budget.plan).toMatchObject({ inFlightMax: 20, ratePerSecond: 1e9 });
    budget.answer(budget.send({ charged: 0, inFlight: 15 }), "saturated");
    expect(budget.plan).toMatchObject({ inFlightMax: 15, ratePerSecond: 1e9 });
  });
});

describe("headers", () => {
  const traits = { kind: "refill", windowMs: 60_000 } as const;
  const quota = (remaining: number, limit = 600): Quota => ({ dimension: "requests", limit, remaining });

  it("steer from the first answer on, and the plan follows the level", () => {
    const budget = new Teller({ traits });
    const stamp = budget.send();
    expect(budget.after(300).answer(stamp, "accepted", { quota: quota(599) }).because).toBe("quota-followed");
    budget.reachFor(10);
    expect(budget.plan.ratePerSecond).toBeGreaterThan(10);
    expect(budget.plan.burst).toBe(1);
    expect(viewOf(budget.state, budget.nowMs)).toMatchObject({ phase: "follow", limitPerSecond: 10 });
  });

  it("don't carry the sends of before with them: those are known to be spent", () => {
    const budget = new Teller({ traits });
    const stamps = [budget.send(), budget.send(), budget.send()];
    budget.after(300).answer(stamps[0] as Stamp, "accepted", { quota: quota(300) });
    // 300 were left after the first; two more are spent, and three have come back since.
    expect(viewOf(budget.state, budget.nowMs).remaining).toBeCloseTo(301, 0);
  });

  it("that foretold a refusal lose no trust by it, and no rate is cut", () => {
    const budget = new Teller({ traits });
    budget.after(300).answer(budget.send(), "accepted", { quota: quota(0) });
    const stamp = budget.send();
    expect(predictedLevel(budget.state, stamp)).toBeLessThan(1);
    const decision = budget.after(50).answer(stamp, "refused", { quota: quota(0) });
    expect(decision.because).toBe("predicted-refusal");
    expect(budget.state.tier).toBe(2);
    expect(budget.plan.ratePerSecond).toBeLessThan(10);
  });

  it("that are wrong too often lose the steering, with one cut", () => {
    const budget = new Teller({ traits });
    budget.answer(budget.send(), "accepted", { quota: quota(600) });
    const decisions: string[] = [];
    for (let i = 0; i < 3; i++) {
      const stamp = budget.after(200).send();
      decisions.push(budget.after(100).answer(stamp, "refused", { quota: quota(600) }).because);
    }
    expect(decisions).toContain("distrust");
    expect(budget.state.tier).toBe(0);
    expect(viewOf(budget.state, budget.nowMs).phase).toBe("probe");
  });

  it("are bounded by the law after failures that they can't know of", () => {
    const budget = new Teller({ traits });
    budget.answer(budget.send(), "accepted", { quota: quota(600) });
    budget.reachFor(19.9);
    const before = budget.plan.ratePerSecond;
    const decisions: string[] = [];
    for (let i = 0; i < 5; i++) decisions.push(budget.answer(budget.after(50).send(), "soft").because);
    expect(decisions).toContain("capacity-loss");
    expect(budget.plan.ratePerSecond).toBeLessThan(0.96 * before);
    expect(viewOf(budget.state, budget.nowMs).phase).toBe("recover");
  });

  it("that raise the limit are followed, and the decision says so", () => {
    const budget = new Teller({ traits });
    budget.answer(budget.send(), "accepted", { quota: quota(500) });
    const raised = budget.after(500).answer(budget.send(), "accepted", { quota: quota(1100, 1200) });
    expect(raised).toMatchObject({ move: "increase", because: "quota-raised", detail: "600 to 1200" });
  });

  it("that begin to steer by their level hold no debt against what was let in while only their limit steered", () => {
    const teller = new Teller({ traits: { windowMs: 1_000, kind: "refill" } });
    const limited = (limit: number): Quota => ({ dimension: "requests", limit, remaining: 0, windowMs: 1_000 });
    teller.answer(teller.send(), "accepted", { quota: limited(2) });
    // A bucket of two is too shallow to be steered in: the limit alone steers, and its `remaining` never leaves 0.
    for (let i = 0; i < 80; i++) teller.after(440).answer(teller.send(), "accepted", { quota: limited(2) });
    expect(teller.state.tier).toBe(1);
    expect(teller.state.quota.level).toBeLessThan(-5);
    teller.after(440).answer(teller.send(), "accepted", { quota: limited(3.2) });
    expect(teller.state.tier).toBe(2);
    const { notBeforeMs } = planOf(teller.state, teller.nowMs);
    expect(notBeforeMs - teller.nowMs).toBeLessThan(1_000);
  });

  it("that bring a budget into being steer it at once", () => {
    const born = { quota: { dimension: "tokens", limit: 60_000, remaining: 30_000, windowMs: 60_000 } };
    const budget = new Teller({ dimension: "tokens", meanCost: 500, traits: { kind: "refill" }, born });
    expect(viewOf(budget.state, 0)).toMatchObject({ phase: "follow", limitPerSecond: 1_000, remaining: 30_000 });
    expect(budget.plan.ratePerSecond).toBeGreaterThan(1_000);
  });

  it("that don't tell enough to steer hold nothing back until something is refused", () => {
    const born = { quota: { dimension: "tokens", limit: 60_000 } };
    const budget = new Teller({ dimension: "tokens", meanCost: 500, born });
    expect(budget.plan.ratePerSecond).toBe(1e9);
    for (let i = 0; i < 20; i++) budget.after(500).answer(budget.send({ charged: 500 }), "accepted");
    budget.answer(budget.after(500).send({ charged: 500 }), "refused");
    // 20 of 21 sends in 10.5 s were delivered, at 500 tokens each: that is the basis of the cut.
    expect(budget.plan.ratePerSecond).toBeGreaterThan(0.6 * 950);
    expect(budget.plan.ratePerSecond).toBeLessThan(0.8 * 1_000);
  });
});

describe("tokens", () => {
  const traits = { kind: "refill", windowMs: 60_000 } as const;

  it("are reserved at the send, and charged by what they were", () => {
    const budget = new Teller({ dimension: "tokens", meanCost: 500, traits });
    const quota: Quota = { dimension: "tokens", limit: 60_000, remaining: 10_000 };
    budget.answer(budget.send({ charged: 100 }), "accepted", { quota });
    const stamp = budget.send({ charged: 100, expected: 400 });
    expect(budget.state.tokens.reserved).toBe(400);
    const left = viewOf(budget.state, 0).remaining ?? 0;
    budget.state = onSettle(budget.state, { nowMs: 0, stamp, actual: 350 });
    expect(budget.state.tokens.reserved).toBe(0);
    expect(left - (viewOf(budget.state, 0).remaining ?? 0)).toBe(250);
  });

  it("come back once when the try is lost", () => {
    const budget = new Teller({ dimension: "tokens", meanCost: 500, traits });
    const stamp = budget.send({ charged: 100, expected: 400 });
    budget.answer(stamp, "lost");
    budget.state = onSettle(budget.state, { nowMs: 0, stamp, actual: undefined });
    expect(budget.state.tokens).toMatchObject({ reserved: 0, unfinished: 0 });
  });
});
