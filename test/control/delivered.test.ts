import fc from "fast-check";
import { expect, it } from "vitest";
import {
  createDelivered,
  deliveredLately,
  deliveredRate,
  rollDelivered,
  takeBack,
} from "../../src/control/delivered.js";

it("is what was sent and not refused in the last four epochs, against a list of all sends", () => {
  const step = fc.record({ gap: fc.double({ min: 0, max: 9, noNaN: true }), isRefused: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      let state = createDelivered(0);
      let now = 0;
      const kept: number[] = [];
      steps.forEach(({ gap, isRefused }, sent) => {
        now += gap;
        state = rollDelivered(state, now, sent, 15);
        if (isRefused) state = takeBack(state, now, 15);
        else kept.push(now);
      });
      const firstBin = Math.floor(now / 5) - 11;
      const expected = kept.filter((at) => Math.floor(at / 5) >= firstBin).length;
      const rate = deliveredRate(state, now, steps.length, 15);
      expect(rate * Math.max(1, Math.min(now, 60))).toBeCloseTo(expected, 6);
      const bin = Math.floor(now / 5);
      // Nothing is counted into a bin that has only begun since the last send.
      const first = Math.max(0, bin - 1);
      const lately = deliveredLately(state, now, steps.length, 15);
      expect(lately * Math.max(1, now - 5 * first)).toBeCloseTo(kept.filter((at) => at >= 5 * first).length, 6);
    }),
  );
});

it("takes a refusal back from the bin it was sent in, and nothing that has left already", () => {
  let state = createDelivered(0);
  state = rollDelivered(state, 1, 0, 15);
  state = rollDelivered(state, 7, 1, 15);
  expect(deliveredRate(takeBack(state, 1, 15), 7, 2, 15)).toBeCloseTo(1 / 7, 9);
  const later = rollDelivered(state, 200, 2, 15);
  expect(takeBack(later, 1, 15)).toBe(later);
});
