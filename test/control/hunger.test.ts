import { describe, expect, it } from "vitest";
import { feelHunger, type HungerState, hungerInitial } from "../../src/control/hunger.js";

const held = { isHeldBack: true, window: 0, lastRefusedAt: null };

/** Held back at every second from one instant to another. */
function starve(hunger: HungerState, from: number, to: number, changes: object = {}): HungerState {
  let next = hunger;
  for (let now = from; now <= to; now++) next = feelHunger(next, { ...held, ...changes, now });
  return next;
}

describe("hunger", () => {
  it("is patient for 45 s, and for four times as long the next time", () => {
    expect(starve(hungerInitial, 0, 45).count).toBe(0);
    const once = starve(hungerInitial, 0, 46);
    expect(once).toMatchObject({ count: 1, patience: 180, since: null });
    expect(starve(once, 100, 280).count).toBe(1);
    expect(starve(once, 100, 281).count).toBe(2);
  });

  it("is stilled by one send that nothing holds back, and by a refusal, which the level had foretold", () => {
    const late = starve(hungerInitial, 0, 40);
    const fed = feelHunger(late, { ...held, isHeldBack: false, now: 41 });
    expect(starve(fed, 42, 80).count).toBe(0);
    expect(starve(late, 41, 80, { lastRefusedAt: 40 }).count).toBe(0);
  });

  it("waits for the next window where there is one", () => {
    expect(starve(hungerInitial, 0, 90, { window: 60 }).count).toBe(0);
    expect(starve(hungerInitial, 0, 91, { window: 60 }).count).toBe(1);
  });

  it("is the same object while nothing holds back", () => {
    expect(feelHunger(hungerInitial, { ...held, isHeldBack: false, now: 5 })).toBe(hungerInitial);
  });
});
