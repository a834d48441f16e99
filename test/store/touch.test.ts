import { describe, expect, it } from "vitest";
import { Touch } from "../../src/store/touch.js";

/** One of four that has lost touch, and what it went on with by itself, whenever it did. */
function lost(): { readonly touch: Touch; readonly parts: (number | undefined)[] } {
  const parts: (number | undefined)[] = [];
  const touch: Touch = new Touch({
    budgets: () => [],
    onChange: (now) => {
      if (now === "alone") parts.push(touch.partAlone);
    },
  });
  touch.share({ fractionMax: 1, leaseEndsMs: 1_000, members: 4 }, 0);
  touch.hold(0.4);
  touch.fail(new Error("gone"), 2_000, false);
  return { touch, parts };
}

/** It leaves, as all others hear. */
function leave(touch: Touch): void {
  touch.won();
  touch.leave(true);
}

/** It comes back while the store is away. It is patient for a while. */
function comeBack(touch: Touch, fromMs = 100_000): void {
  for (const afterMs of [0, 2_000, 4_000]) touch.fail(new Error("gone"), fromMs + afterMs, false);
}

describe("a member that has lost touch", () => {
  it("goes on with its part", () => {
    const { touch, parts } = lost();
    expect([touch.standing, touch.fraction, parts]).toEqual(["away", 0.4, []]);
  });

  it("has it again where nobody knows that it had left meanwhile", () => {
    const { touch, parts } = lost();
    touch.leave(false);
    comeBack(touch);
    expect([touch.standing, touch.fraction, parts]).toEqual(["away", 0.4, []]);
  });

  it("begins by itself, with an even part, where the others have heard that it had left", () => {
    const { touch, parts } = lost();
    leave(touch);
    comeBack(touch);
    expect([touch.standing, touch.fraction, touch.apartSinceMs, parts]).toEqual(["alone", 1, 104_000, [0.25]]);
    touch.leave(false);
    expect(touch.apartSinceMs).toBeUndefined();
    comeBack(touch, 200_000);
    expect(parts).toEqual([0.25, 1]);
  });

  it("is content for a while with what it brings, once it is in touch again", () => {
    const { touch } = lost();
    leave(touch);
    comeBack(touch);
    touch.share({ fractionMax: 0.1, leaseEndsMs: 120_000, members: 4 }, 110_000);
    expect([touch.standing, touch.apartSinceMs]).toEqual(["shared", undefined]);
    expect(touch.fractionMax(112_000)).toBe(0.1);
    expect(touch.fractionMax(117_000)).toBe(1);
  });

  it("goes on by itself from its part where the store can't be used any more", () => {
    const { touch, parts } = lost();
    touch.fail(new Error("a later version"), 3_000, true);
    expect([touch.standing, touch.fraction, parts]).toEqual(["alone", 1, [0.4]]);
    // What it had of the fleet's rate isn't a part of what it found by itself.
    touch.leave(false);
    comeBack(touch);
    expect([touch.standing, touch.fraction, parts]).toEqual(["alone", 1, [0.4, 1]]);
  });
});
