import { describe, expect, it } from "vitest";
import { cut, refine } from "../../src/control/cut.js";
import {
  afterIdle,
  createLaw,
  follow,
  grow,
  type LawState,
  learnLag,
  raiseTo,
  resume,
  takeOver,
} from "../../src/control/law.js";
import { config } from "./a-law.js";

const refusedAt = (rate: number): LawState => follow(createLaw(config), config, rate);
const evenDice = 0.5;

describe("the start", () => {
  it("doubles in the doubling time, however the time is divided among sends", () => {
    const whole = grow(createLaw(config), config, 2.7);
    let parts = createLaw(config);
    for (let i = 0; i < 27; i++) parts = grow(parts, config, 0.1);
    expect(whole.rate).toBeCloseTo(2, 9);
    expect(parts.rate).toBeCloseTo(2, 9);
  });

  it("doubles more slowly once something was refused, and when refusals come late", () => {
    const known = { ...createLaw(config), epoch: 1 };
    expect(grow(known, config, 2.7 * 1.3).rate).toBeCloseTo(2, 9);
    expect(grow({ ...known, lag: 4 }, config, 12).rate).toBeCloseTo(2, 9);
  });

  it("stays within the bounds", () => {
    expect(grow(createLaw(config), { ...config, rateMax: 3 }, 60).rate).toBe(3);
    expect(createLaw({ ...config, rateInitial: 0.001 }).rate).toBe(0.05);
  });

  it("follows what is accepted under a light load, and only upwards", () => {
    expect(raiseTo(createLaw(config), config, 4).rate).toBe(4);
    expect(raiseTo(createLaw(config), config, 0.5).rate).toBe(1);
  });
});

describe("a cut", () => {
  it("takes the refused rate for the limit, and the decrease of it for the rate", () => {
    const law = cut(refusedAt(10), config, { now: 5, factor: 0.8, basis: 9, dice: evenDice });
    expect(law).toMatchObject({ mode: "avoid", rate: 7.2, base: 7.2, anchor: 9, elapsed: 0, cutAt: 5, epoch: 1 });
  });

  it("is jittered by five per cent either way", () => {
    const at = (dice: number) => cut(refusedAt(10), config, { now: 5, factor: 0.8, basis: 10, dice }).rate;
    expect(at(0)).toBeCloseTo(7.6, 9);
    expect(at(1)).toBeCloseTo(8.4, 9);
  });

  it("brings the limit down with it when it is deeper than usual", () => {
    const law = cut(refusedAt(10), config, { now: 5, factor: 0.4, basis: 10, dice: evenDice });
    expect(law.rate).toBeCloseTo(4, 9);
    expect(law.anchor).toBeCloseTo(5, 9);
  });

  it("keeps a little below the refused rate when it ends the start", () => {
    const law = cut({ ...createLaw(config), rate: 16 }, config, { now: 5, factor: 0.7, basis: 16, dice: evenDice });
    expect(law.rate).toBeCloseTo(11.2, 9);
    expect(law.anchor).toBeCloseTo(0.94 * 16, 9);
  });

  it("never raises the rate, nor leaves the bounds", () => {
    const raised = cut(refusedAt(1), config, { now: 5, factor: 0.8, basis: 100, dice: evenDice });
    expect(raised.rate).toBe(1);
    const floored = cut(refusedAt(0.05), config, { now: 5, factor: 0.4, basis: 0.05, dice: evenDice });
    expect(floored.rate).toBe(0.05);
  });

  it("is taken again more closely when the start's overshoot is known", () => {
    const first = cut({ ...createLaw(config), rate: 16 }, config, { now: 5, factor: 0.7, basis: 16, dice: evenDice });
    expect(refine(first, config, 10)).toMatchObject({ rate: 9, base: 9, anchor: 10, epoch: 1 });
    expect(refine(first, config, 100)).toMatchObject({ rate: first.rate, anchor: first.anchor });
  });
});

describe("avoidance", () => {
  it("never lowers the rate as time goes by", () => {
    let law = cut(refusedAt(10), config, { now: 0, factor: 0.8, basis: 10, dice: evenDice });
    for (let i = 0; i < 400; i++) {
      const next = grow(law, config, 0.1);
      expect(next.rate).toBeGreaterThanOrEqual(law.rate);
      law = next;
    }
  });

  it("doubles again once it is well above the last limit: the limit has moved", () => {
    let law = cut(refusedAt(10), config, { now: 0, factor: 0.8, basis: 10, dice: evenDice });
    while (law.mode === "avoid") law = grow(law, config, 0.05);
    expect(law.rate).toBeGreaterThanOrEqual(11.5);
    expect(law.rate).toBeLessThan(11.7);
  });
});

describe("the way back", () => {
  it("ramps from below to what was good before, and stays there", () => {
    const from = resume(refusedAt(10), config, { rate: 4, ceiling: 9.7 });
    expect(from).toMatchObject({ mode: "start", rate: 4, ceiling: 9.7, epoch: 1 });
    const there = grow(from, config, 60);
    expect(there).toMatchObject({ mode: "avoid", rate: 9.7, anchor: 9.7, ceiling: null });
  });

  it("goes on into the unknown where the limit never was known, from the initial rate at least", () => {
    const from = resume(refusedAt(10), config, { rate: 0.4, ceiling: null });
    expect(from).toMatchObject({ mode: "start", rate: 1, ceiling: null, epoch: 1 });
    expect(grow(from, config, 60).rate).toBeGreaterThan(1_000);
    expect(resume(refusedAt(10), config, { rate: 4, ceiling: null }).rate).toBe(4);
  });

  it("takes over from the headers at their rate, and looks for room at once", () => {
    expect(takeOver(refusedAt(3), config, 7, false)).toMatchObject({ mode: "avoid", rate: 7, anchor: 7, elapsed: 15 });
    expect(takeOver(refusedAt(3), config, 7, true)).toMatchObject({ mode: "start", rate: 7 });
  });

  it("doesn't trust, after a long silence, what was gained above the last limit", () => {
    const law = { ...refusedAt(10), rate: 10.9 };
    expect(afterIdle(law, config).rate).toBeCloseTo(0.8 * 10.9, 9);
    expect(afterIdle(createLaw(config), config).rate).toBe(1);
  });
});

it("smooths the lag of refusals", () => {
  const once = learnLag(createLaw(config), 2);
  expect(once.lag).toBe(2);
  expect(learnLag(once, 1).lag).toBeCloseTo(1.7, 9);
});
