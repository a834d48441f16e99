import { describe, expect, it } from "vitest";
import {
  countSinceUp,
  createOutage,
  type Down,
  deliveredSinceUp,
  droughtRefusal,
  type Entry,
  enterDown,
  isDrought,
  isNothingLetIn,
  isOutage,
  leaveDown,
  letInAt,
  type OutageState,
  outageAccept,
  outageFailure,
  probeFailed,
  probeLost,
  resumption,
  sendProbe,
} from "../../src/control/outage.js";
import { law } from "./a-law.js";

function failures(count: number, sent: (i: number) => number): OutageState {
  let state = createOutage();
  for (let i = 0; i < count; i++) {
    state = outageFailure(state, { now: 10 + i, number: sent(i), sent: sent(i), rate: 8, isUnknown: false });
  }
  return state;
}

describe("an outage", () => {
  it("is six failures that are most of what was sent since the first", () => {
    expect(
      isOutage(
        failures(5, (i) => i + 1),
        6,
      ),
    ).toBe(false);
    expect(
      isOutage(
        failures(6, (i) => i + 1),
        6,
      ),
    ).toBe(true);
  });

  it("isn't six failures among many sends: failures answer sooner than successes", () => {
    expect(
      isOutage(
        failures(6, (i) => 10 * i),
        60,
      ),
    ).toBe(false);
  });

  it("ends only with an accept sent after the first failure", () => {
    const state = failures(6, (i) => i + 1);
    expect(outageAccept(state, 9, false).failures).toBe(6);
    expect(outageAccept(state, 10.5, false).failures).toBe(0);
  });

  it("remembers the rate before it, and no rate that a run of failures had spoilt", () => {
    let state = outageFailure(createOutage(), { now: 10, number: 1, sent: 1, rate: 8, isUnknown: true });
    state = outageAccept(state, 10.5, true);
    state = outageFailure(state, { now: 12, number: 2, sent: 2, rate: 3, isUnknown: false });
    expect(state).toMatchObject({ rateBeforeFailure: 8, wasUnknown: true });
    state = outageAccept(state, 12.5, true);
    state = outageFailure(state, { now: 40, number: 3, sent: 3, rate: 5, isUnknown: false });
    expect(state).toMatchObject({ rateBeforeFailure: 5, wasUnknown: false });
  });
});

describe("a drought", () => {
  it("is four fresh refusals that are most of what was sent since the first", () => {
    let state = createOutage();
    for (let i = 1; i <= 4; i++) {
      state = outageFailure(state, { now: i, number: i, sent: i, rate: 8, isUnknown: false });
      state = droughtRefusal(state, i, law);
      if (i < 4) expect(isDrought(state, i)).toBe(false);
    }
    expect(isDrought(state, 4)).toBe(true);
  });

  it("is broken by an accept of the present epoch", () => {
    const state = droughtRefusal(createOutage(), 1, law);
    expect(outageAccept(state, 0, true).refusals).toBe(0);
    expect(outageAccept(state, 0, false).refusals).toBe(1);
  });
});

describe("nothing let in", () => {
  const refusedAgain = (mode: "start" | "avoid") => {
    const first = droughtRefusal(createOutage(), 1, { ...law, mode });
    expect(isNothingLetIn(first, 1)).toBe(false);
    return droughtRefusal(outageFailure(first, { now: 2, number: 2, sent: 2, rate: 8, isUnknown: false }), 2, law);
  };

  it("is all that was sent since the end of a start refused, and nothing on its way", () => {
    expect(isNothingLetIn(refusedAgain("start"), 2)).toBe(true);
    expect(isNothingLetIn(refusedAgain("start"), 3)).toBe(false);
  });

  it("isn't told of near the limit, where a window is spent just before its end", () => {
    expect(isNothingLetIn(refusedAgain("avoid"), 2)).toBe(false);
  });
});

describe("probes", () => {
  const state = enterDown({ ...createOutage(), rateBeforeFailure: 8 }, entry("failures", 100, 1 / 8));
  const down = state.down ?? expect.fail();

  it("come further and further apart, up to six seconds, or a tenth of what it has lasted, up to ten; jittered down by half at most", () => {
    expect(down).toMatchObject({ interval: 1, nextAt: 101, rate: 8 });
    let next = state;
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      const now = next.down?.nextAt ?? 0;
      next = probeFailed(sendProbe(next, next.down ?? down, now), next.down ?? down, now, 0.999999, 0);
      waits.push((next.down?.nextAt ?? 0) - now);
    }
    const expected = [1.6, 2.56, 4.096, 6, 6, 6, 6, 6];
    waits.forEach((wait, i) => {
      expect(wait).toBeCloseTo(expected[i] ?? 0, 4);
    });
    expect(probeFailed(state, down, 100, 0, 0).down?.nextAt).toBeCloseTo(100.8, 9);
    const long = { ...down, interval: 6 };
    expect(probeFailed(state, long, 180, 1, 0).down?.interval).toBeCloseTo(8, 9);
    expect(probeFailed(state, { ...long, interval: 9 }, 700, 1, 0).down?.interval).toBe(10);
  });

  it("wait as long as the server asks, but not a year", () => {
    expect(probeFailed(state, down, 100, 0, 30).down?.nextAt).toBe(130);
    expect(probeFailed(state, down, 100, 0, 3e7).down?.nextAt).toBe(3700);
  });

  it("that are lost make room for the next, no further away", () => {
    const lost = probeLost(sendProbe(state, down, 100.9), down, 101, 1);
    expect(lost.down).toMatchObject({ probedAt: null, interval: 1, nextAt: 102 });
  });
});

describe("a probe that isn't refused in the time that refusals take", () => {
  const probing = (kind: "refusals" | "failures") =>
    sendProbe(createOutage(), enterDown(createOutage(), entry(kind, 100, 0.1)).down ?? expect.fail(), 101).down ??
    expect.fail();

  it("was let in: a second or four lags after it was sent", () => {
    expect(letInAt(probing("refusals"), 0.1)).toBe(102);
    expect(letInAt(probing("refusals"), 2)).toBe(109);
  });

  it("tells nothing where the server fails, or before it is sent", () => {
    expect(letInAt(probing("failures"), 0.1)).toBe(Number.POSITIVE_INFINITY);
    expect(letInAt(enterDown(createOutage(), entry("refusals", 100, 0.1)).down ?? expect.fail(), 0.1)).toBe(
      Number.POSITIVE_INFINITY,
    );
  });
});

describe("what was accepted since it all was over", () => {
  it("is what was sent and not refused, over the time since, drought included", () => {
    let state = leaveDown(createOutage(), 50, 200);
    for (const number of [200, 290, 300]) state = countSinceUp(state, number);
    expect(deliveredSinceUp(state, 60, 300, 0)).toBeCloseTo(9.8, 9);
    expect(deliveredSinceUp(createOutage(), 30, 300, 20)).toBe(30);
  });
});

describe("resuming", () => {
  it("starts well below what was good, and returns almost to it after an outage", () => {
    const state = enterDown({ ...createOutage(), rateBeforeFailure: 10 }, entry("failures", 0, 1));
    expect(resumption(downOf(state), upTo(10, 3))).toEqual({ rate: 4, ceiling: 9.7 });
  });

  it("has no ceiling where the outage began before the limit was met", () => {
    const before = { ...createOutage(), rateBeforeFailure: 1, wasUnknown: true };
    expect(resumption(downOf(enterDown(before, entry("failures", 0, 1))), upTo(10, 3))).toEqual({
      rate: 0.4,
      ceiling: null,
    });
    const drought = { ...before, rateBeforeRefusal: 10 };
    expect(resumption(downOf(enterDown(drought, entry("refusals", 0, 1))), upTo(10, 3)).ceiling).toBe(3);
  });

  it("returns, after a drought, to what was delivered at most", () => {
    const state = downOf(enterDown({ ...createOutage(), rateBeforeRefusal: 10 }, entry("refusals", 0, 1)));
    expect(resumption(state, upTo(10, 3))).toEqual({ rate: 3, ceiling: 3 });
    expect(resumption(state, upTo(10, 0))).toEqual({ rate: 1, ceiling: 1 });
    expect(resumption(state, upTo(10, 50)).ceiling).toBe(9.7);
  });

  it("returns, after a first long one, to what was delivered before it: it was a suspension, and no spent window", () => {
    const before = { ...createOutage(), rateBeforeRefusal: 10 };
    const first = enterDown(before, { ...entry("refusals", 0, 1), delivered: 9 });
    expect(resumption(downOf(first), upTo(600, 3))).toEqual({ rate: 4, ceiling: 9 });
    expect(resumption(downOf(first), upTo(50, 3))).toEqual({ rate: 3, ceiling: 3 });
    expect(resumption(downOf({ ...first, upSince: 50 }), upTo(600, 3))).toEqual({ rate: 3, ceiling: 3 });
  });
});

function upTo(now: number, delivered: number) {
  return { now, delivered };
}

function entry(kind: Down["kind"], now: number, spacing: number): Entry {
  return { kind, now, spacing, delivered: 0 };
}

function downOf(state: OutageState): OutageState & { readonly down: Down } {
  return { ...state, down: state.down ?? expect.fail() };
}
