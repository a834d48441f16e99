import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cut } from "../../src/control/cut.js";
import { createLaw, grow, type LawConfig, type LawState } from "../../src/control/law.js";

/**
 * The plateau law a second time, slowly: the rate as a function of the history alone, without a state that is carried from
 * step to step. A history is a list of cuts, and of seconds in which the rate was what held requests back.
 */
type Past = { readonly grew: number } | { readonly refusedAtShare: number; readonly dice: number };

const config: LawConfig = {
  law: "plateau",
  epoch: 15,
  decrease: 0.8,
  additiveIncrease: null,
  rateInitial: 1,
  rateMin: 0.05,
  rateMax: 1e6,
  startDoubling: 2.7,
};

/** What the last cut left: before the first one there is only the initial rate. */
interface LastCut {
  readonly anchor: number;
  readonly base: number;
}

/** Where the curve stands after `seconds`, if it had all the time it wants: back to the plateau, then the probe. */
function curve({ anchor, base }: LastCut, seconds: number): number {
  const plateau = 0.975 * anchor;
  if (seconds < 12) return plateau - Math.max(0, plateau - base) * (1 - seconds / 12) ** 2;
  if (seconds <= 15) return plateau;
  return plateau + 0.225 * anchor * ((seconds - 15) / 12) ** 2;
}

/** The rate `steps` pieces of time after a cut, each of which may at most double at the pace of the start. */
function rateAfter(last: LastCut | null, steps: readonly number[]): { rate: number; isStart: boolean } {
  if (last === null) {
    const seconds = steps.reduce((sum, step) => sum + step, 0);
    return { rate: Math.min(config.rateMax, 2 ** (seconds / 2.7)), isStart: true };
  }
  const instants = [0];
  for (const step of steps) instants.push((instants.at(-1) ?? 0) + step);
  let rate = last.base;
  for (const [index, step] of steps.entries()) {
    const doubled = rate * 2 ** (step / (2.7 * 1.3));
    const isStart = rate >= 1.15 * last.anchor;
    const wanted = isStart ? doubled : Math.max(rate, Math.min(doubled, curve(last, instants[index + 1] ?? 0)));
    rate = Math.min(config.rateMax, wanted);
  }
  return { rate, isStart: rate >= 1.15 * last.anchor };
}

/** The rate after all of the history, from the history alone: only the last cut counts, and that one from those before it. */
function referenceRate(history: readonly Past[]): number {
  const lastCut = history.findLastIndex((past) => "dice" in past);
  const steps = history.slice(lastCut + 1).flatMap((past) => ("grew" in past ? [past.grew] : []));
  return rateAfter(lastCut < 0 ? null : cutAt(history, lastCut), steps).rate;
}

function cutAt(history: readonly Past[], index: number): LastCut {
  const past = history[index];
  if (past === undefined || !("dice" in past)) throw new Error("no cut there");
  const earlier = history.slice(0, index);
  const before = earlier.findLastIndex((each) => "dice" in each);
  const steps = earlier.slice(before + 1).flatMap((each) => ("grew" in each ? [each.grew] : []));
  const { rate, isStart } = rateAfter(before < 0 ? null : cutAt(history, before), steps);
  const basis = past.refusedAtShare * rate;
  const factor = (isStart ? 0.7 : 0.8) * (0.95 + 0.1 * past.dice);
  const base = Math.max(config.rateMin, Math.min(rate, factor * basis));
  const known = isStart ? basis * Math.min(0.94, Math.max(factor / 0.7, 0.5)) : basis;
  return { base, anchor: Math.max(base, known) };
}

/** The production law, step by step. */
function incrementalRate(history: readonly Past[]): number {
  let law: LawState = createLaw(config);
  let now = 0;
  for (const past of history) {
    if ("grew" in past) {
      now += past.grew;
      law = grow(law, config, past.grew);
      continue;
    }
    const factor = law.mode === "start" ? 0.7 : 0.8;
    law = cut(law, config, { now, factor, basis: past.refusedAtShare * law.rate, dice: past.dice });
  }
  return law.rate;
}

const grew = fc.record({ grew: fc.integer({ min: 1, max: 5_000 }).map((ms) => ms / 1000) });
const refused = fc.record({
  refusedAtShare: fc.integer({ min: 500, max: 1_000 }).map((share) => share / 1000),
  dice: fc.integer({ min: 0, max: 999 }).map((part) => part / 1000),
});
const history = fc.array(fc.oneof({ weight: 8, arbitrary: grew }, { weight: 1, arbitrary: refused }), {
  maxLength: 80,
});

describe("the plateau law", () => {
  it("is what its history says, however it came there", () => {
    fc.assert(
      fc.property(history, (past) => {
        expect(incrementalRate(past) / referenceRate(past)).toBeCloseTo(1, 6);
      }),
      { numRuns: 500 },
    );
  });
});
