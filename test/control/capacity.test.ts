import { describe, expect, it } from "vitest";
import {
  type CapacityState,
  capacityFailure,
  capacitySend,
  clearCapacity,
  createCapacity,
  excessShare,
  isLow,
  lacksCapacity,
} from "../../src/control/capacity.js";
import { dice } from "./loop.js";

function sends(state: CapacityState, count: number, isLowRate: boolean): CapacityState {
  let next = state;
  for (let i = 0; i < count; i++) next = capacitySend(next, isLowRate);
  return next;
}

describe("the test for lack of capacity", () => {
  it("proves a lack by four failures in a row, against a server that seldom fails", () => {
    // ln(0.065 / 0.01) = 1.87 each: three are 5.6, four are 7.5, and 6 is the proof.
    let state = createCapacity();
    for (let i = 0; i < 3; i++) state = capacityFailure(capacitySend(state, false), false, true);
    expect(lacksCapacity(state)).toBe(false);
    expect(lacksCapacity(capacityFailure(capacitySend(state, false), false, true))).toBe(true);
  });

  it("forgives by sends, not by answers: fast failures and slow successes would mislead", () => {
    let state = capacityFailure(capacitySend(createCapacity(), false), false, true);
    state = sends(state, 40, false);
    expect(state.sum).toBe(0);
  });

  it("learns the usual share while the rate is low, and then holds it for no proof", () => {
    const roll = dice(7);
    let state = createCapacity();
    for (let i = 0; i < 3000; i++) {
      state = capacitySend(state, true);
      if (roll() < 0.05) state = capacityFailure(state, true, false);
    }
    expect(state.failures / state.sends).toBeGreaterThan(0.035);
    expect(state.failures / state.sends).toBeLessThan(0.065);
    let alarms = 0;
    state = clearCapacity(state);
    for (let i = 0; i < 3000; i++) {
      state = capacitySend(state, false);
      if (roll() < 0.05) state = capacityFailure(state, false, true);
      if (!lacksCapacity(state)) continue;
      alarms++;
      state = clearCapacity(state);
    }
    expect(alarms).toBeLessThanOrEqual(4);
  });

  it("finds a doubled share of failures within some hundred sends", () => {
    const roll = dice(8);
    let state = { ...createCapacity(), failures: 20, sends: 1000 };
    let count = 0;
    while (!lacksCapacity(state) && count < 1000) {
      state = capacitySend(state, false);
      if (roll() < 0.15) state = capacityFailure(state, false, true);
      count++;
    }
    expect(count).toBeLessThan(200);
  });

  it("tells how many fail beyond the usual, since they have become more: not counting the first, which opened the count", () => {
    let state = sends(createCapacity(), 50, false);
    for (let i = 0; i < 3; i++) {
      state = capacityFailure(capacitySend(state, false), false, true);
      state = sends(state, 2, false);
    }
    expect(excessShare(state)).toBeCloseTo(2 / 8 - 0.01, 6);
    expect(excessShare(clearCapacity(state))).toBe(0);
    expect(excessShare(sends(state, 200, false))).toBe(0);
  });

  it("counts a failure sent before the present epoch for the baseline alone", () => {
    const state = capacityFailure(createCapacity(), true, false);
    expect(state).toEqual({ failures: 3, sends: 200, sum: 0, sendsSince: 0, failuresSince: 0, letIn: null });
  });
});

it("learns the baseline only well below the last known limit, and not from what follows a cut at once", () => {
  const law = { mode: "avoid", rate: 9.5, anchor: 10, cutAt: null } as const;
  expect(isLow(law, null, 100)).toBe(true);
  expect(isLow({ ...law, rate: 9.7 }, null, 100)).toBe(false);
  expect(isLow({ ...law, mode: "start", rate: 1 }, null, 100)).toBe(false);
  expect(isLow({ ...law, cutAt: 99 }, null, 100)).toBe(false);
  expect(isLow({ ...law, cutAt: 97 }, null, 100)).toBe(true);
});

it("learns it below what was let in, where failures showed a limit", () => {
  const law = { mode: "avoid", rate: 9, anchor: 10, cutAt: null } as const;
  expect(isLow(law, 9.5, 100)).toBe(true);
  expect(isLow(law, 9.2, 100)).toBe(false);
});
