import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../simulations/random.js";
import type { Replacement, Reply, Store } from "../../src/store/store.js";
import { company } from "./fleet.js";

/** What may go wrong on the way to a store and back, drawn for each question. */
function unreliable(store: Store, seed: string, faults: number): Pick<Store, "compareAndSet"> {
  const random = seededRandom(seed);
  return {
    compareAndSet(ask: Replacement, done: (reply: Reply) => void) {
      const dice = random() / faults;
      if (dice < 0.3) return; // lost on the way there
      if (dice < 0.6)
        store.compareAndSet(ask, () => {}); // done, and the answer lost
      else if (dice < 0.7) store.compareAndSet(ask, () => done({ kind: "failed", error: new Error("cut off") }));
      else store.compareAndSet(ask, done);
    },
  };
}

describe("members of a fleet", () => {
  it("share the rate evenly within seconds, and hand it over when one leaves", () => {
    const { clock, join, inUse } = company("even", () => 1);
    const [one, two] = [join(1e9), join(1e9)];
    inUse();
    clock.run(5_000);
    expect(one?.member.fraction).toBeCloseTo(0.5, 6);
    expect(two?.member.fraction).toBeCloseTo(0.5, 6);
    two?.member.close(() => {});
    clock.run(9_000);
    expect(one?.member.fraction).toBeCloseTo(1, 6);
  });

  it("never use more than all of it, whatever is lost, late, killed or away", () => {
    const kind = fc.constantFrom(
      "join" as const,
      "join" as const,
      "kill" as const,
      "leave" as const,
      "want" as const,
      "away" as const,
    );
    const action = fc.record({
      kind,
      who: fc.nat(20),
      want: fc.constantFrom(0, 5, 1e9),
      forMs: fc.integer({ min: 100, max: 20_000 }),
    });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 4_000 }), action), { maxLength: 20 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.nat(),
        (actions, faults, seed) => {
          const random = seededRandom(`${seed}/latency`);
          const { clock, store, join, members, inUse } = company(`${seed}`, () => 60 * random());
          const through = unreliable(store, `${seed}/faults`, faults);
          join(1e9, through);
          const watch = (untilMs: number): void => {
            while (clock.now() < untilMs) {
              clock.run(Math.min(untilMs, clock.now() + 37));
              expect(inUse()).toBeLessThanOrEqual(1 + 1e-9);
            }
          };
          for (const [afterMs, what] of actions) {
            watch(clock.now() + afterMs);
            if (what.kind === "join") join(what.want, through);
            else if (what.kind === "away") {
              store.isAway = true;
              watch(clock.now() + what.forMs);
              store.isAway = false;
            } else {
              const place = what.who % Math.max(1, members.length);
              const chosen = members[place];
              if (what.kind === "want" && chosen !== undefined) chosen.want = what.want;
              if (what.kind === "want") continue;
              members.splice(place, 1);
              if (what.kind === "kill") chosen?.member.abandon();
              else chosen?.member.close(() => {});
            }
          }
          watch(clock.now() + 5_000);
          for (const { member } of members) member.abandon();
          store.close();
        },
      ),
      { numRuns: 150 },
    );
  });

  it("take the part of one that was killed when its lease is over", () => {
    const { clock, join, inUse } = company("killed", () => 1);
    const [one, two] = [join(1e9), join(1e9)];
    inUse();
    clock.run(5_000);
    two?.member.abandon();
    clock.run(10_000);
    expect(one?.member.fraction).toBeCloseTo(1, 6);
  });

  it("keep their parts while the store is away, and again when it is back", () => {
    const { clock, store, join, inUse, members } = company("away", () => 1);
    for (const _ of [1, 2, 3, 4]) join(1e9);
    inUse();
    clock.run(5_000);
    store.isAway = true;
    for (; clock.now() < 35_000; clock.run(clock.now() + 100)) inUse();
    expect(members.map(({ member }) => member.standing)).toEqual(["away", "away", "away", "away"]);
    for (const { member } of members) expect(member.fraction).toBeCloseTo(0.25, 6);
    store.isAway = false;
    for (; clock.now() < 45_000; clock.run(clock.now() + 100)) inUse();
    expect(members.map(({ member }) => member.standing)).toEqual(["shared", "shared", "shared", "shared"]);
    expect(inUse()).toBeCloseTo(1, 6);
  });

  it("keep it too where they have little to do for a while", () => {
    const { clock, store, join, inUse, members } = company("quiet", () => 1);
    for (const _ of [1, 2, 3, 4]) join(1e9);
    for (; clock.now() < 5_000; clock.run(clock.now() + 100)) inUse();
    store.isAway = true;
    for (; clock.now() < 15_000; clock.run(clock.now() + 100)) inUse();
    const [quiet] = members;
    if (quiet === undefined) throw new Error("BUG: nobody is here");
    quiet.want = 0;
    for (; clock.now() < 25_000; clock.run(clock.now() + 100)) inUse();
    quiet.want = 1e9;
    for (; clock.now() < 26_000; clock.run(clock.now() + 100)) inUse();
    expect(quiet.member.standing).toBe("away");
    expect(quiet.member.fraction).toBeCloseTo(0.25, 6);
  });

  it("have their parts again where they fell idle while the store was away, and it still is", () => {
    const { clock, store, join, inUse, members } = company("idle", () => 1);
    for (const _ of [1, 2]) join(1e9);
    for (; clock.now() < 5_000; clock.run(clock.now() + 100)) inUse();
    store.isAway = true;
    for (; clock.now() < 15_000; clock.run(clock.now() + 100)) inUse();
    expect(members.map(({ member }) => member.standing)).toEqual(["away", "away"]);
    clock.run(120_000);
    expect(members.map(({ member }) => member.standing)).toEqual(["asking", "asking"]);
    for (; clock.now() < 121_000; clock.run(clock.now() + 100)) inUse();
    expect(members.map(({ member }) => member.standing)).toEqual(["away", "away"]);
    for (const { member } of members) {
      expect(member.maySend(clock.now())).toBe(true);
      expect(member.fraction).toBeCloseTo(0.5, 6);
    }
    store.isAway = false;
    for (; clock.now() < 130_000; clock.run(clock.now() + 100)) inUse();
    expect(members.map(({ member }) => member.standing)).toEqual(["shared", "shared"]);
    expect(inUse()).toBeCloseTo(1, 6);
  });

  it("begin alone where the store never answers, and leave no timer when they are through", () => {
    const { clock, store, join, inUse, members } = company("alone", () => 1);
    store.isAway = true;
    const lone = join(1e9);
    inUse();
    clock.run(10_000);
    inUse();
    expect(lone.member.standing).toBe("alone");
    expect(lone.standings).toEqual(["alone"]);
    for (const { member } of members) member.abandon();
    store.close();
    expect(clock.pending).toBe(0);
  });
});
