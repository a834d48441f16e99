import { describe, expect, it } from "vitest";
import { feelHunger, type HungerState, hungerInitial } from "../../src/control/hunger.js";

const held = { by: { seen: 0, capacity: 600 }, window: 0, lastRefusedAt: null };

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
    const fed = feelHunger(late, { ...held, by: null, now: 41 });
    expect(starve(fed, 42, 80).count).toBe(0);
    expect(starve(late, 41, 80, { lastRefusedAt: 40 }).count).toBe(0);
  });

  it("is stilled by a level that moves, as one does that others take from", () => {
    const late = starve(hungerInitial, 0, 40, { by: { seen: 3, capacity: 600 } });
    expect(starve(late, 41, 50, { by: { seen: 5, capacity: 600 } }).count).toBe(1);
    for (const seen of [0, 6]) {
      const moved = starve(late, 41, 85, { by: { seen, capacity: 600 } });
      expect(moved).toMatchObject({ count: 0, since: 41, lowest: seen, highest: seen });
      expect(starve(moved, 86, 87, { by: { seen, capacity: 600 } }).count).toBe(1);
    }
    // Of a small capacity each unit is much.
    const small = { seen: 3, capacity: 120 };
    const few = starve(hungerInitial, 0, 40, { by: small });
    expect(starve(few, 41, 50, { by: small }).count).toBe(1);
    expect(starve(few, 41, 50, { by: { ...small, seen: 4 } }).count).toBe(0);
  });

  it("waits for the next window where there is one", () => {
    expect(starve(hungerInitial, 0, 90, { window: 60 }).count).toBe(0);
    expect(starve(hungerInitial, 0, 91, { window: 60 }).count).toBe(1);
  });

  it("is the same object while nothing changes", () => {
    expect(feelHunger(hungerInitial, { ...held, by: null, now: 5 })).toBe(hungerInitial);
    const hungry = feelHunger(hungerInitial, { ...held, now: 5 });
    expect(feelHunger(hungry, { ...held, now: 6 })).toBe(hungry);
  });
});
