import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { difference, dominates, lossOf, type Rows, type Score, scoreOf } from "../../../simulations/tune/score.js";

const rowsOf = (goodputs: readonly (readonly number[])[]): Rows =>
  goodputs.map((row) => row.map((goodput) => ({ goodput, refused: 0.1, waitP99Ms: Number.NaN }) as never));
const goodput = (metrics: { goodput: number }) => metrics.goodput;

const share = fc.double({ min: 0, max: 1, noNaN: true });
const score = fc.record<Score>({ goodput: share, refused: share, waitP99Ms: share });

describe("the score of a candidate", () => {
  it("is a mean over scenarios and seeds; a wait that nobody had is none", () => {
    expect(
      scoreOf(
        rowsOf([
          [0.5, 0.7],
          [0.8, 1],
        ]),
      ),
    ).toEqual({ goodput: 0.75, refused: expect.closeTo(0.1, 9), waitP99Ms: 0 });
  });

  it("weighs a refusal as it is told", () => {
    expect(lossOf({ goodput: 0.9, refused: 0.02 } as never, 5)).toBeCloseTo(0.2, 9);
  });

  it("differs from another's by what they did, not by the luck that both had", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(share, share), { minLength: 2, maxLength: 20 }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        (worlds, gain) => {
          const from = rowsOf([worlds.map(([a]) => a), worlds.map(([, b]) => b)]);
          const of = rowsOf([worlds.map(([a]) => a + gain), worlds.map(([, b]) => b + gain)]);
          const { mean, error } = difference(of, from, goodput);
          expect(mean).toBeCloseTo(gain, 9);
          expect(error).toBeCloseTo(0, 9);
        },
      ),
    );
  });

  it("knows how far chance may have moved a difference: as far as textbooks say of a mean of means", () => {
    const from = rowsOf([
      [0, 0, 0, 0],
      [0, 0],
    ]);
    const of = rowsOf([
      [0.1, 0.3, 0.1, 0.3],
      [0.5, 0.7],
    ]);
    const { mean, error } = difference(of, from, goodput);
    expect(mean).toBeCloseTo((0.2 + 0.6) / 2, 9);
    // Sample variances 0.04 / 3 and 0.02, of means of four and of two.
    expect(error).toBeCloseTo(Math.sqrt(0.04 / 3 / 4 + 0.02 / 2) / 2, 9);
  });

  it("dominates in one direction, never itself, and through others", () => {
    fc.assert(
      fc.property(score, score, score, (a, b, c) => {
        expect(dominates(a, a)).toBe(false);
        expect(dominates(a, b) && dominates(b, a)).toBe(false);
        if (dominates(a, b) && dominates(b, c)) expect(dominates(a, c)).toBe(true);
      }),
    );
  });
});
