import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createBudget, planOf } from "../../src/control/budget.js";
import {
  alonePause,
  createInFlight,
  documentedInFlight,
  type InFlightState,
  inFlightAccept,
  inFlightMax,
  inFlightSend,
  isAtLimit,
  lowerLimit,
  saturate,
  suspect,
} from "../../src/control/inflight.js";

const at = (inFlight: number, inFlightEpoch = 0, sentAt = 100) => ({ inFlight, inFlightEpoch, sentAt });

/** Refusals at one number in flight, with accepts just below it between them. */
function found(inFlight: number, refusals: number): InFlightState {
  let state = createInFlight();
  for (let i = 0; i < refusals; i++) {
    state = suspect(state, at(inFlight), i, 15);
    for (let k = 0; k < 3; k++) state = inFlightAccept(state, at(inFlight - 1));
  }
  return state;
}

describe("finding a limit of concurrency", () => {
  it("takes five refusals at the same number in flight, with accepts just below it", () => {
    expect(found(23, 4).limit).toBe(null);
    expect(found(23, 5).limit).toBe(23);
  });

  it("takes ten where the numbers are so small that they coincide by chance", () => {
    expect(found(5, 9).limit).toBe(null);
    expect(found(5, 10).limit).toBe(5);
  });

  it("is disproved by one accept above the number", () => {
    const state = inFlightAccept(found(23, 4), at(26));
    expect(suspect(state, at(23), 9, 15).limit).toBe(null);
  });

  it("begins anew when a refusal comes at another number", () => {
    const state = suspect(found(23, 4), at(30), 9, 15);
    expect(state).toMatchObject({ least: 30, alike: 1, near: 0, limit: null });
  });

  it("isn't disproved by the few accepts at the number that ends heard late bring", () => {
    let state = found(23, 4);
    for (let i = 0; i < 20; i++) state = inFlightAccept(state, at(23 + (i % 2)));
    expect(suspect(state, at(23), 9, 15).limit).toBe(23);
  });

  it("is disproved by accepts at the number again and again: a rate times what all answers take alike", () => {
    let state = createInFlight();
    for (let i = 0; i < 50; i++) {
      state = suspect(state, at(26), i, 15);
      for (let k = 0; k < 13; k++) state = inFlightAccept(state, at(25 + (k % 3)));
    }
    expect(state.limit).toBe(null);
  });

  it("needs accepts near it: refusals alone could be of the rate", () => {
    let state = createInFlight();
    for (let i = 0; i < 50; i++) state = suspect(state, at(23), i, 15);
    expect(state.limit).toBe(null);
  });
});

describe("a limit known", () => {
  const state = found(23, 5);

  it("is raised by the send that tests it, by a step that doubles", () => {
    const raisedAt = state.raiseAt;
    expect(inFlightMax(state, raisedAt - 0.1)).toBe(23);
    expect(inFlightMax(state, raisedAt)).toBe(24);
    const once = inFlightSend(state, { now: raisedAt, before: 23, pause: 4 });
    const twice = inFlightSend(once, { now: raisedAt + 4, before: 24, pause: 4 });
    expect([once.limit, twice.limit]).toEqual([24, 26]);
    expect(inFlightSend(once, { now: raisedAt + 1, before: 24, pause: 4 })).toBe(once);
  });

  it("is planned to be raised after now, however the instant is rounded", () => {
    const rates = { rateInitial: 2, rateMin: 0.05, rateMax: 1e9, burst: 5, startDoublingMs: 2_700 };
    const spec = {
      dimension: "requests",
      law: "plateau",
      epochMs: 15_000,
      multiplicativeDecrease: 0.8,
      traits: {},
      ...rates,
    } as const;
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e7, noNaN: true }), fc.integer({ min: -2, max: 2 }), (raiseAt, offset) => {
        const nowMs = raiseAt * 1_000 + offset * 1e-9;
        const plan = planOf({ ...createBudget(spec, 0), inFlight: { ...state, raiseAt } }, nowMs);
        expect(plan.validUntilMs).toBeGreaterThan(nowMs);
        if (plan.validUntilMs === Number.POSITIVE_INFINITY) expect(plan.inFlightMax).toBe(24);
      }),
    );
  });

  it("falls once for each in-flight epoch, whatever comes back together", () => {
    const sent = at(23, state.epoch);
    expect(isAtLimit(state, sent)).toBe(true);
    const once = lowerLimit(state, sent, 50, 15);
    expect(once.limit).toBe(22);
    expect(lowerLimit(once, sent, 50, 15).limit).toBe(22);
  });

  it("is given up after three refusals far below it, which it can't explain", () => {
    let next = state;
    for (let i = 0; i < 2; i++) next = suspect(next, at(4), i, 15);
    expect(next.limit).toBe(23);
    expect(suspect(next, at(4), 3, 15).limit).toBe(null);
  });

  it("is never below one", () => {
    let next: InFlightState = { ...state, limit: 2 };
    for (let i = 0; i < 5; i++) next = lowerLimit(next, at(0, next.epoch), i, 15);
    expect(next.limit).toBe(1);
  });
});

describe("explicit evidence", () => {
  it("sets the limit to what was in flight, at once", () => {
    expect(saturate(createInFlight(), at(12), 5, 15).limit).toBe(12);
  });

  it("lowers it a little where less than the limit was in flight: others share it", () => {
    const known = { ...createInFlight(), limit: 100 };
    expect(saturate(known, at(40), 5, 15).limit).toBe(93);
  });

  it("counts once for each in-flight epoch", () => {
    const once = saturate(createInFlight(), at(12), 5, 15);
    expect(saturate(once, at(11), 5, 15)).toBe(once);
  });
});

describe("a limit that is documented", () => {
  it("holds from the start, and is raised by one after its pause", () => {
    const state = documentedInFlight(3, 0, 120);
    expect([inFlightMax(state, 119), inFlightMax(state, 120)]).toEqual([3, 4]);
  });
});

describe("an explicit refusal with nothing in flight", () => {
  it("makes it look later, twice as late each time, up to half an epoch, until one is let in", () => {
    let state = documentedInFlight(3, 0, 120);
    const pauses: number[] = [];
    for (let refusals = 0; refusals < 6; refusals++) {
      state = saturate(state, at(0, state.epoch), refusals, 120);
      pauses.push(alonePause(state, 120));
    }
    expect(pauses).toEqual([8, 16, 32, 60, 60, 60]);
    expect(inFlightMax(state, 6)).toBe(1);
    expect(alonePause(inFlightAccept(state, at(0)), 120)).toBe(0);
  });

  it("is another thing than one beside tries of its own, which will end", () => {
    expect(alonePause(saturate(documentedInFlight(3, 0, 120), at(2), 0, 120), 120)).toBe(0);
  });
});
