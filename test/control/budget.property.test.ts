import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type BudgetState,
  onResponse,
  planOf,
  restoreBudget,
  snapshotBudget,
  viewOf,
} from "../../src/control/budget.js";
import { REASONS } from "../../src/control/reasons.js";
import { type Act, history, type Played, play, toldHistory, toldInChapters } from "./budget-history.js";

/** However many were refused, one cut leaves this share of a rate. */
const DEEPEST_CUT = 0.4;

const steers = (state: BudgetState) => state.tier === 0 && state.outage.down === null;
const isRefusal = ({ act }: Played) => act.act === "respond" && act.verdict === "refused";
const isBad = ({ act }: Played) => act.act === "respond" && (act.verdict === "refused" || act.verdict === "soft");

describe("a budget without headers, over any history", () => {
  it("opens at most one epoch for each fresh refusal, failure or resumption, and none for a stale one", () => {
    fc.assert(
      fc.property(history(), (acts) => {
        for (const step of play(acts)) {
          const opened = step.after.law.epoch - step.before.law.epoch;
          expect(opened).toBeGreaterThanOrEqual(0);
          expect(opened).toBeLessThanOrEqual(1);
          const isResumption = step.before.outage.down !== null;
          if (opened === 1 && !isResumption) {
            expect(isBad(step)).toBe(true);
            expect(step.stamp.epoch).toBe(step.before.law.epoch);
          }
        }
      }),
    );
  });

  it("leaves rate, anchor and gates alone when a stale refusal comes in", () => {
    fc.assert(
      fc.property(history(), (acts) => {
        for (const step of play(acts)) {
          if (!isRefusal(step) || step.stamp.epoch === step.before.law.epoch || step.before.refinement !== null)
            continue;
          expect(step.after.law).toBe(step.before.law);
          expect(step.after.pausedUntil).toBe(step.before.pausedUntil);
          expect(step.after.creditSince).toBe(step.before.creditSince);
        }
      }),
    );
  });

  it("cuts once for a burst of refusals in one instant, in whatever order they come", () => {
    const burst = fc.record({
      before: history(undefined, 80),
      sends: fc.integer({ min: 2, max: 12 }),
      order: fc.array(fc.nat({ max: 11 }), { minLength: 12, maxLength: 12 }),
    });
    fc.assert(
      fc.property(burst, ({ before, sends, order }) => {
        const send: Act = { act: "send", gapMs: 1, inFlight: 2, isBurst: false, isBottleneck: true };
        const refused = (which: number): Act => ({
          act: "respond",
          gapMs: 0,
          which,
          verdict: "refused",
          dice: 0.5,
          waitMs: undefined,
          quota: undefined,
        });
        const refusals = order.map((which) => refused(which));
        const prepared = play([...before, ...new Array<Act>(sends).fill(send)]);
        const played = play([...before, ...new Array<Act>(sends).fill(send), ...refusals]);
        const epoch = prepared.at(-1)?.after.law.epoch ?? 0;
        expect((played.at(-1)?.after.law.epoch ?? 0) - epoch).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("grows only by sends that had waited for its pace, by accepts of a light load at the start, or after an outage", () => {
    fc.assert(
      fc.property(history(), (acts) => {
        for (const { before, after, act, decision } of play(acts)) {
          if (after.law.rate <= before.law.rate) continue;
          if (act.act === "send") expect(act.isBottleneck).toBe(true);
          else expect(["accepted-faster", "outage-over"]).toContain(decision?.because);
        }
      }),
    );
  });

  it("is never faster after a refusal than after an accept of the same try", () => {
    fc.assert(
      fc.property(history(), (acts) => {
        for (const { before, stamp, nowMs, act } of play(acts)) {
          if (act.act !== "respond" || !steers(before)) continue;
          const rateAfter = (verdict: "accepted" | "refused") =>
            onResponse(before, { nowMs, stamp, verdict, dice: act.dice }).state.law.rate;
          expect(rateAfter("refused")).toBeLessThanOrEqual(rateAfter("accepted"));
        }
      }),
    );
  });

  it("tells what it did and why, in codes that are listed", () => {
    fc.assert(
      fc.property(toldHistory, (acts) => {
        for (const { before, after, decision } of play(acts)) {
          if (decision === undefined) continue;
          expect(Object.keys(REASONS)).toContain(decision.because);
          if (steers(before) && steers(after) && before.refinement === null && after.law.rate < before.law.rate) {
            expect(decision.move).toBe("decrease");
          }
        }
      }),
    );
  });

  it("doesn't care when its clock began", () => {
    fc.assert(
      fc.property(history(), fc.integer({ min: -1e6, max: 1e9 }), (acts, startMs) => {
        // Whole microseconds: a smaller gap is lost in an instant of a million seconds, and nothing else is to be.
        const whole = acts.map((act) => ({ ...act, gapMs: Math.round(act.gapMs * 1000) / 1000 }));
        const here = play(whole);
        const there = play(whole, { startMs });
        here.forEach((step, i) => {
          const other = there[i];
          expect(other?.decision?.because).toBe(step.decision?.because);
          expect(Math.abs((other?.after.law.rate ?? 0) / step.after.law.rate - 1)).toBeLessThan(1e-3);
        });
      }),
      { numRuns: 60 },
    );
  });

  it("is the same at any scale of rates and times, away from the constants in seconds", () => {
    // Slow enough for ten sends to take longer than a second, and for three to take longer than two.
    const spec = { rateInitial: 0.3, rateMin: 1e-6, epochMs: 40_000, startDoublingMs: 8_000, burst: 1 };
    const fast = { rateInitial: 0.6, rateMin: 2e-6, epochMs: 20_000, startDoublingMs: 4_000, burst: 1 };
    const verdict = fc.constantFrom("accepted" as const, "accepted" as const, "refused" as const);
    fc.assert(
      fc.property(history(verdict, 60), (acts) => {
        const untimed = acts.map((act) => (act.act === "respond" ? { ...act, waitMs: undefined } : act));
        const slow = play(untimed, { spec });
        const quick = play(untimed, { spec: fast, speed: 2 });
        for (const [i, step] of slow.entries()) {
          const other = quick[i];
          // The first epoch looks at what is accepted every five seconds, and probes come a second apart at least.
          if (step.after.outage.down !== null || step.decision?.because === "accepted-faster") return;
          if (other?.decision?.because === "accepted-faster") return;
          // Nor does a pause of more than five seconds count as more growth.
          if (step.act.act === "send" && step.nowMs / 1000 - (step.before.sentAt ?? 0) > 5) return;
          expect((other?.after.law.rate ?? 0) / step.after.law.rate).toBeCloseTo(2, 6);
        }
      }),
    );
  });
});

describe("a budget, whatever the headers say", () => {
  it("has finite numbers within its bounds, and a plan that can be kept", () => {
    fc.assert(
      fc.property(toldHistory, (acts) => {
        for (const { after, nowMs } of play(acts)) {
          const plan = planOf(after, nowMs);
          expect(plan.ratePerSecond).toBeGreaterThan(0);
          expect(plan.ratePerSecond).toBeLessThanOrEqual(1e9);
          expect(after.law.rate).toBeGreaterThanOrEqual(0.05);
          expect(plan.burst).toBeGreaterThanOrEqual(1);
          expect(plan.inFlightMax).toBeGreaterThanOrEqual(1);
          expect(plan.validUntilMs).toBeGreaterThan(nowMs);
          for (const value of Object.values(plan)) expect(value).not.toBeNaN();
          for (const value of Object.values(viewOf(after, nowMs))) expect(value).not.toBeNaN();
        }
      }),
    );
  });

  it("hands the rate over as it is to whoever steers next, cut as one refusal cuts it, or begun anew where headers led astray", () => {
    const changes = new Set<string>();
    fc.assert(
      fc.property(toldInChapters, (acts) => {
        for (const step of play(acts)) {
          const { before, after } = step;
          // A second look at an earlier cut is a cut of its own, and an outage outranks all who steer.
          if (before.tier === after.tier || before.refinement !== null || before.outage.down !== null) continue;
          changes.add(`${before.tier} to ${after.tier}`);
          const share = after.law.rate / before.law.rate;
          const isAnew = after.tier === 0 && after.law.mode === "start" && after.law.anchor === 0;
          if (isRefusal(step) && isAnew) expect(after.law.rate).toBeGreaterThanOrEqual(after.config.rateInitial);
          else if (isRefusal(step)) expect(share).toBeGreaterThanOrEqual(DEEPEST_CUT - 1e-9);
          else expect(share).toBeCloseTo(1, 9);
          expect(share).toBeLessThanOrEqual(1 + 1e-9);
        }
      }),
      { numRuns: 1_500 },
    );
    for (const change of ["0 to 1", "0 to 2", "1 to 0", "2 to 0", "2 to 1"]) expect(changes).toContain(change);
  });

  it("has a plan that stays the same for ever, where it says so", () => {
    let timeless = 0;
    fc.assert(
      fc.property(toldHistory, fc.double({ min: 0, max: 1e7, noNaN: true }), (acts, laterMs) => {
        for (const { after, nowMs } of play(acts)) {
          const plan = planOf(after, nowMs);
          if (!plan.isTimeless) continue;
          timeless += 1;
          expect(planOf(after, nowMs + laterMs)).toEqual(plan);
        }
      }),
    );
    expect(timeless).toBeGreaterThan(0);
  });

  it("is held back by a stated wait for an hour at most, and by a probe only while that is out", () => {
    fc.assert(
      fc.property(history(), (acts) => {
        for (const { after, nowMs } of play(acts)) {
          const { notBeforeMs } = planOf(after, nowMs);
          if (notBeforeMs === Number.POSITIVE_INFINITY) expect(after.outage.down?.probedAt).not.toBeNull();
          else expect(notBeforeMs - nowMs).toBeLessThanOrEqual(3_600_000 + 1e-3);
        }
      }),
    );
  });

  it("survives JSON unchanged, and is small", () => {
    fc.assert(
      fc.property(toldHistory, (acts) => {
        const state = play(acts).at(-1)?.after;
        if (state === undefined) return;
        const text = JSON.stringify(snapshotBudget(state));
        expect(JSON.parse(text)).toEqual(snapshotBudget(state));
        expect(text.length).toBeLessThan(8_000);
      }),
    );
  });

  it("goes on after a restore at the same rate, on another clock, and judges nothing sent before", () => {
    fc.assert(
      fc.property(toldHistory, fc.integer({ min: 0, max: 1e9 }), (acts, restoredMs) => {
        const last = play(acts).at(-1);
        if (last === undefined) return;
        const copy: BudgetState = JSON.parse(JSON.stringify(snapshotBudget(last.after)));
        const state = restoreBudget(copy, restoredMs);
        expect(state.law.rate).toBe(last.after.law.rate);
        expect(planOf(state, restoredMs).notBeforeMs).toBeLessThan(Number.POSITIVE_INFINITY);
        const refused = onResponse(state, { nowMs: restoredMs + 1, stamp: last.stamp, verdict: "refused", dice: 0.5 });
        expect(refused.state.law.rate).toBe(state.law.rate);
      }),
    );
  });
});
