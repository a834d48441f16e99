import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  chargeAtEnd,
  expectedOutput,
  learnOutput,
  outputHeadroom,
  release,
  reserve,
  type TokenState,
  tokensInitial,
} from "../../src/control/tokens.js";
import { logNormal, seeded } from "./headers-loop.js";

describe("what is promised and not charged yet", () => {
  test("is the sum of what unfinished requests are expected to answer, and nothing when idle", () => {
    const amount = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(amount, fc.boolean()), { maxLength: 100 }), (list) => {
        let tokens: TokenState = tokensInitial;
        const open: number[] = [];
        for (const [expected, isEnd] of list) {
          const ended = isEnd ? open.shift() : undefined;
          if (ended === undefined) open.push(expected);
          tokens = ended === undefined ? reserve(tokens, expected) : release(tokens, ended);
          expect(tokens.reserved).toBeCloseTo(
            open.reduce((sum, each) => sum + each, 0),
            3,
          );
          expect(tokens.unfinished).toBe(open.length);
        }
        for (const ended of open) tokens = release(tokens, ended);
        expect(tokens).toEqual(tokensInitial);
      }),
    );
  });

  test("ends once, and amounts that make no sense promise nothing", () => {
    expect(release(tokensInitial, 100)).toEqual(tokensInitial);
    const tokens = [Number.NaN, -5, Number.POSITIVE_INFINITY].reduce(reserve, tokensInitial);
    expect(tokens).toEqual({ reserved: 0, unfinished: 3, classes: [] });
  });
});

describe("what an answer is expected to cost", () => {
  test("is learnt for each size of answer that is asked for", () => {
    const dice = seeded(1);
    let tokens: TokenState = tokensInitial;
    for (let index = 0; index < 500; index += 1) {
      tokens = learnOutput(tokens, logNormal(dice, 150, 0.3), 256);
      tokens = learnOutput(tokens, logNormal(dice, 1500, 0.3), 4000);
    }
    expect(expectedOutput(tokens, 200)).toBeGreaterThan(120);
    expect(expectedOutput(tokens, 200)).toBeLessThan(190);
    expect(expectedOutput(tokens, 4096)).toBeGreaterThan(1200);
    expect(expectedOutput(tokens, 4096)).toBeLessThan(1900);
    expect(expectedOutput(tokens, 50)).toBeLessThanOrEqual(50);
  });

  test("is never more than the request allows, known class or not", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double(), fc.option(fc.double(), { nil: undefined })), { maxLength: 50 }),
        fc.integer({ min: 1, max: 1e6 }),
        (list, allowed) => {
          const tokens = list.reduce((state, [actual, asked]) => learnOutput(state, actual, asked), tokensInitial);
          expect(tokens.classes.length).toBeLessThanOrEqual(8);
          expect(expectedOutput(tokens, allowed)).toBeLessThanOrEqual(allowed);
          expect(expectedOutput(tokens, allowed)).toBeGreaterThan(0);
          expect(outputHeadroom(reserve(tokens, 100))).toSatisfy(Number.isFinite);
        },
      ),
    );
  });

  test("keeps back three deviations of all that is unfinished: more for answers that vary more", () => {
    const learnt = (sigma: number): TokenState => {
      const dice = seeded(2);
      let tokens: TokenState = tokensInitial;
      for (let index = 0; index < 300; index += 1) tokens = learnOutput(tokens, logNormal(dice, 200, sigma));
      return reserve(reserve(reserve(reserve(tokens, 200), 200), 200), 200);
    };
    expect(outputHeadroom(tokensInitial)).toBe(0);
    expect(outputHeadroom(learnt(0.3))).toBeCloseTo(3 * 2 * 200 * 0.3, -2);
    expect(outputHeadroom(learnt(1))).toBeGreaterThan(2 * outputHeadroom(learnt(0.3)));
  });

  test("is charged at the end: all of it, or the difference where the server had charged an estimate", () => {
    expect(chargeAtEnd(300, 200, false)).toBe(300);
    expect(chargeAtEnd(300, 200, true)).toBe(100);
    expect(chargeAtEnd(100, 200, true)).toBe(-100);
  });
});
